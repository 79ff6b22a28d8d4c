import {
  stolenDevicePreview,
  stolenDeviceQuery,
  stolenDeviceRequest,
  stopAnswer,
  userLockRequest,
  userLockView,
} from "@holdfast/protocol/lock-api";
import { lockUser, readLock, unlockAccount } from "../../app/lock/lock.ts";
import { previewStolenDevice, reportStolenDevice } from "../../app/lock/stolen-device.ts";
import type { AppPorts } from "../../app/ports.ts";
import type { Route } from "../route.ts";
import { administrator, freshAdministrator, route } from "../route.ts";
import { byId } from "./people.ts";

const lock = "/api/v1/users/:id/lock";
const stolenDevice = "/api/v1/users/:id/stolen-device";

/** Stopping somebody at once, and what that has not reached yet (UNI-4). */
export function lockRoutes(ports: AppPorts): Route[] {
  return [
    route(
      "GET",
      lock,
      administrator("users.read"),
      {
        summary: "Say where a stopped user's rights may still be honoured",
        answer: userLockView,
        params: byId,
      },
      ({ actor, params }) => readLock(ports, actor, params.id),
    ),
    route(
      "POST",
      lock,
      freshAdministrator("users.lock"),
      {
        summary: "Lock a user: end sessions, tokens, codes and bundles",
        answer: stopAnswer,
        params: byId,
        body: userLockRequest,
      },
      ({ actor, params, body }) => lockUser(ports, actor, params.id, body.reason),
    ),
    route(
      "DELETE",
      lock,
      freshAdministrator("users.lock"),
      { summary: "End the lock of a user", answer: userLockView, params: byId },
      ({ actor, params }) => unlockAccount(ports, actor, params.id),
    ),
    route(
      "GET",
      stolenDevice,
      administrator("users.read"),
      {
        summary: "Say what follows if the enrolments of a stolen device are deleted",
        answer: stolenDevicePreview,
        params: byId,
        query: stolenDeviceQuery,
      },
      ({ actor, params, query }) =>
        previewStolenDevice(
          ports,
          actor,
          params.id,
          query.authenticatorIds?.split(",").filter((each) => each !== "") ?? null,
        ),
    ),
    route(
      "POST",
      stolenDevice,
      freshAdministrator("users.lock"),
      {
        summary: "Delete the enrolments of a lost or stolen device, and end what it could go on with",
        answer: stopAnswer,
        params: byId,
        body: stolenDeviceRequest,
      },
      ({ actor, params, body }) => reportStolenDevice(ports, actor, params.id, body),
    ),
  ];
}
