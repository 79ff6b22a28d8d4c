import {
  pushAnswer,
  pushAnswered,
  pushChange,
  pushChanges,
  pushChangesAnswer,
  pushRequestList,
  pushView,
  webPushChange,
  webPushView,
} from "@holdfast/protocol/push-api";
import type { AppPorts } from "../../app/ports.ts";
import { answerPush, pushRequestsOf } from "../../app/push/answers.ts";
import { changeWebPush, readWebPush } from "../../app/push/subscriptions.ts";
import { changePush, changePushOfMany, readPush } from "../../app/push/users.ts";
import type { Route } from "../route.ts";
import { administrator, freshAdministrator, route } from "../route.ts";
import { byId } from "./people.ts";
import { phoneOf } from "./phone-facing.ts";

/** Who is asked by push, and what his phone answers. */
export function pushRoutes(ports: AppPorts): Route[] {
  return [
    route(
      "GET",
      "/api/v1/users/:id/push",
      administrator("users.read"),
      {
        summary: "Read whether a user is asked by push, and why not",
        answer: pushView,
        params: byId,
      },
      ({ actor, params }) => readPush(ports, actor, params.id),
    ),
    route(
      "PUT",
      "/api/v1/users/:id/push",
      freshAdministrator("users.push"),
      {
        summary: "Enable or disable Mobile Push for a user",
        answer: pushView,
        params: byId,
        body: pushChange,
      },
      ({ actor, params, body }) => changePush(ports, actor, params.id, body),
    ),
    route(
      "POST",
      "/api/v1/push-changes",
      freshAdministrator("users.push"),
      {
        summary: "Enable or disable Mobile Push for up to 100 users, each by himself",
        answer: pushChangesAnswer,
        body: pushChanges,
      },
      ({ actor, body }) => changePushOfMany(ports, actor, body),
    ),
    route(
      "GET",
      "/api/v1/phone/push-requests",
      { by: "phone" },
      { summary: "Read what waits for the phone's owner", answer: pushRequestList },
      (call) => pushRequestsOf(ports, phoneOf(call)),
    ),
    route(
      "POST",
      "/api/v1/phone/push-requests/:id/answers",
      { by: "phone" },
      {
        summary: "Approve, deny or report a sign-in by the phone's signature",
        answer: pushAnswered,
        params: byId,
        body: pushAnswer,
      },
      (call) => answerPush(ports, phoneOf(call), call.params.id, call.body),
    ),
    route(
      "GET",
      "/api/v1/phone/web-push",
      { by: "phone" },
      { summary: "Read how the app subscribes to web push", answer: webPushView },
      (call) => readWebPush(ports, phoneOf(call)),
    ),
    route(
      "PUT",
      "/api/v1/phone/web-push",
      { by: "phone" },
      {
        summary: "Say by which push service the app is woken",
        answer: webPushView,
        body: webPushChange,
      },
      (call) => changeWebPush(ports, phoneOf(call), call.body),
    ),
  ];
}
