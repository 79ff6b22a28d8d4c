import {
  caughtMessages,
  emailSenderChange,
  sendChannel,
  sendersView,
  senderTest,
  senderTestAnswer,
  smsSenderChange,
} from "@holdfast/protocol/senders-api";
import { z } from "zod";
import { ok } from "../../app/outcome.ts";
import type { AppPorts } from "../../app/ports.ts";
import { changeSender, readCaught, readSenders, removeSender, testSender } from "../../app/senders/manage.ts";
import type { Route } from "../route.ts";
import { administrator, freshAdministrator, route } from "../route.ts";

const path = "/api/v1/senders";
const byChannel = z.strictObject({ channel: sendChannel });

/** The mail server and the gateway for short messages. */
export function senderRoutes(ports: AppPorts): Route[] {
  const right = "properties.senders";
  return [
    route(
      "GET",
      path,
      administrator(right),
      { summary: "Read how messages are sent, and which went out lately", answer: sendersView },
      async () => ok(await readSenders(ports)),
    ),
    route(
      "PUT",
      `${path}/email`,
      freshAdministrator(right),
      { summary: "Set up the mail server", answer: sendersView, body: emailSenderChange },
      ({ actor, body }) => changeSender(ports, actor, "email", body),
    ),
    route(
      "PUT",
      `${path}/sms`,
      freshAdministrator(right),
      { summary: "Set up the gateway for short messages", answer: sendersView, body: smsSenderChange },
      ({ actor, body }) => changeSender(ports, actor, "sms", body),
    ),
    route(
      "DELETE",
      `${path}/:channel`,
      freshAdministrator(right),
      { summary: "Remove a sender with its secret", answer: null, params: byChannel },
      ({ actor, params }) => removeSender(ports, actor, params.channel),
    ),
    route(
      "POST",
      `${path}/:channel/test`,
      freshAdministrator(right),
      {
        summary: "Send a test message, and say what the other side answered",
        answer: senderTestAnswer,
        params: byChannel,
        body: senderTest,
      },
      ({ actor, params, body }) => testSender(ports, actor, params.channel, body),
    ),
    route(
      "GET",
      `${path}/caught`,
      administrator(right),
      { summary: "Read the messages that a demo has caught", answer: caughtMessages },
      async () => readCaught(ports),
    ),
  ];
}
