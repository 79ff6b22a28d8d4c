import {
  bypassCodeAnswer,
  bypassCodeRequest,
  bypassResponseAnswer,
  bypassResponseRequest,
  bypassStanding,
} from "@holdfast/protocol/bypass-api";
import { giveBypassAnswer, giveBypassCode } from "../../app/bypass/bypass.ts";
import { readBypass } from "../../app/bypass/view.ts";
import type { AppPorts } from "../../app/ports.ts";
import type { Route } from "../route.ts";
import { administrator, freshAdministrator, route } from "../route.ts";
import { byId } from "./people.ts";

/** What the help desk gives to a user at a computer without a network. */
export function bypassRoutes(ports: AppPorts): Route[] {
  return [
    route(
      "GET",
      "/api/v1/users/:id/bypass",
      administrator("users.read"),
      {
        summary: "Read at which endpoints a user can be helped out without a network, and what was given",
        answer: bypassStanding,
        params: byId,
      },
      ({ actor, params }) => readBypass(ports, actor, params.id),
    ),
    route(
      "POST",
      "/api/v1/users/:id/bypass-codes",
      freshAdministrator("users.bypass-codes"),
      {
        summary: "Give a user the bypass code of one endpoint, and show it once",
        answer: bypassCodeAnswer,
        params: byId,
        body: bypassCodeRequest,
        // Not 201: an answer that holds the code is kept for nobody who repeats his request.
        status: 200,
      },
      ({ actor, params, body }) => giveBypassCode(ports, actor, params.id, body),
    ),
    route(
      "POST",
      "/api/v1/users/:id/bypass-responses",
      freshAdministrator("users.bypass-codes"),
      {
        summary: "Answer the challenge that an endpoint without a network shows to a user",
        answer: bypassResponseAnswer,
        params: byId,
        body: bypassResponseRequest,
        status: 200,
      },
      ({ actor, params, body }) => giveBypassAnswer(ports, actor, params.id, body),
    ),
  ];
}
