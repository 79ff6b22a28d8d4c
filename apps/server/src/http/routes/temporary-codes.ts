import { settingsView } from "@holdfast/protocol/settings-api";
import {
  temporaryCodeCreated,
  temporaryCodeCreation,
  temporaryCodeSettingsChange,
  temporaryCodeView,
} from "@holdfast/protocol/temporary-codes-api";
import type { AppPorts } from "../../app/ports.ts";
import { changeTemporaryCodeSettings } from "../../app/settings.ts";
import { generateTemporaryCode, revokeTemporaryCode } from "../../app/temporary-codes/temporary-codes.ts";
import { readTemporaryCode } from "../../app/temporary-codes/view.ts";
import type { Route } from "../route.ts";
import { administrator, freshAdministrator, route } from "../route.ts";
import { byId } from "./people.ts";

/** Codes that the help desk gives out for a second factor that is not at hand. */
export function temporaryCodeRoutes(ports: AppPorts): Route[] {
  return [
    route(
      "GET",
      "/api/v1/users/:id/temporary-code",
      administrator("users.read"),
      {
        summary: "Read whether a user may have a temporary code, and what he has",
        answer: temporaryCodeView,
        params: byId,
      },
      ({ actor, params }) => readTemporaryCode(ports, actor, params.id),
    ),
    route(
      "POST",
      "/api/v1/users/:id/temporary-code",
      freshAdministrator("users.temporary-codes"),
      {
        summary: "Generate a temporary code for a user, in the place of the one before, and show it once",
        answer: temporaryCodeCreated,
        params: byId,
        body: temporaryCodeCreation,
        // Not 201: an answer that holds the code is kept for nobody who repeats his request (TC-23).
        status: 200,
      },
      ({ actor, params, body }) => generateTemporaryCode(ports, actor, params.id, body),
    ),
    route(
      "DELETE",
      "/api/v1/users/:id/temporary-code",
      freshAdministrator("users.temporary-codes"),
      { summary: "Revoke a user's temporary code", answer: null, params: byId },
      ({ actor, params }) => revokeTemporaryCode(ports, actor, params.id),
    ),
    route(
      "PUT",
      "/api/v1/settings/temporary-codes",
      freshAdministrator("properties.temporary-codes"),
      {
        summary: "Allow or forbid temporary codes, and set their limits",
        answer: settingsView,
        body: temporaryCodeSettingsChange,
      },
      ({ actor, body }) => changeTemporaryCodeSettings(ports, actor, body),
    ),
  ];
}
