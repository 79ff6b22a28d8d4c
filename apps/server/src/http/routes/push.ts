import { pushChange, pushChanges, pushChangesAnswer, pushView } from "@holdfast/protocol/push-api";
import type { AppPorts } from "../../app/ports.ts";
import { changePush, changePushOfMany, readPush } from "../../app/push/users.ts";
import type { Route } from "../route.ts";
import { administrator, freshAdministrator, route } from "../route.ts";
import { byId } from "./people.ts";

/** Who is asked by push. */
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
  ];
}
