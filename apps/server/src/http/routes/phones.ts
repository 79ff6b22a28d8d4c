import {
  authenticatorAppSettingsChange,
  authenticatorAppView,
  deviceIdEntry,
  digitsConfirmation,
  ownPhoneChange,
  ownPhoneList,
  phoneChange,
  phoneList,
  phoneRegistration,
  phoneRegistrationCreation,
  phoneRegistrationView,
  phoneView,
} from "@holdfast/protocol/phones-api";
import { identifier } from "@holdfast/protocol/primitives";
import { settingsView } from "@holdfast/protocol/settings-api";
import { z } from "zod";
import type { Self } from "../../app/me/self.ts";
import { ok } from "../../app/outcome.ts";
import { listOwnPhones } from "../../app/phones/own-phones.ts";
import { changePhone, listPhones, removePhone } from "../../app/phones/phones.ts";
import {
  beginRegistration,
  confirmDigits,
  endOwnRegistration,
  enterDeviceId,
  readRegistration,
} from "../../app/phones/registrations.ts";
import type { AppPorts } from "../../app/ports.ts";
import { changeAuthenticatorAppSettings, readAuthenticatorApp } from "../../app/settings.ts";
import type { Call, Route } from "../route.ts";
import {
  administrator,
  enrollingPerson,
  freshAdministrator,
  freshEnrollingPerson,
  freshPerson,
  ofEnterprise,
  route,
} from "../route.ts";
import { byId } from "./people.ts";

const ofUser = "/api/v1/users/:id/phones";
const own = "/api/v1/me/phones";
const registrations = `${own}/registrations`;
const byBoth = z.strictObject({ id: identifier, phoneId: identifier });
const byPhone = z.strictObject({ phoneId: identifier });

/** Registered authenticator apps: what administrators do with a user's, and a person with his own. */
export function phoneRoutes(ports: AppPorts): Route[] {
  return [
    route(
      "GET",
      ofUser,
      administrator("users.read"),
      { summary: "List a user's phones", answer: phoneList, params: byId },
      ({ actor, params }) => listPhones(ports, actor, params.id),
    ),
    route(
      "PATCH",
      `${ofUser}/:phoneId`,
      freshAdministrator("users.authenticators"),
      {
        summary: "Rename, disable or enable a phone, or change what it can do",
        answer: phoneView,
        params: byBoth,
        body: phoneChange,
      },
      ({ actor, params, body }) => changePhone(ports, actor, params.id, params.phoneId, body),
    ),
    route(
      "DELETE",
      `${ofUser}/:phoneId`,
      freshAdministrator("users.authenticators"),
      { summary: "Remove a phone for good", answer: null, params: byBoth },
      ({ actor, params }) => removePhone(ports, actor, params.id, params.phoneId),
    ),
    route(
      "GET",
      "/api/v1/settings/authenticator-app",
      ofEnterprise(administrator("properties.authenticator-app")),
      {
        summary: "Read how phones are registered, and how many there are",
        answer: authenticatorAppView,
      },
      async () => ok(await readAuthenticatorApp(ports)),
    ),
    route(
      "PUT",
      "/api/v1/settings/authenticator-app",
      ofEnterprise(freshAdministrator("properties.authenticator-app")),
      {
        summary: "Choose how phones are registered from now on, and what they can do",
        answer: settingsView,
        body: authenticatorAppSettingsChange,
      },
      ({ actor, body }) => changeAuthenticatorAppSettings(ports, actor, body),
    ),
    ...ownRoutes(ports),
  ];
}

function ownRoutes(ports: AppPorts): Route[] {
  return [
    route(
      "GET",
      own,
      enrollingPerson,
      { summary: "List your own phones, and how one is registered now", answer: ownPhoneList },
      (call) => listOwnPhones(ports, selfOf(call)),
    ),
    route(
      "PATCH",
      `${own}/:phoneId`,
      freshPerson,
      { summary: "Rename one of your own phones", answer: phoneView, params: byPhone, body: ownPhoneChange },
      (call) => {
        const { actor, userId } = selfOf(call);
        return changePhone(ports, actor, userId, call.params.phoneId, call.body);
      },
    ),
    route(
      "DELETE",
      `${own}/:phoneId`,
      freshPerson,
      { summary: "Remove one of your own phones for good", answer: null, params: byPhone },
      (call) => {
        const { actor, userId } = selfOf(call);
        return removePhone(ports, actor, userId, call.params.phoneId);
      },
    ),
    route(
      "POST",
      registrations,
      freshEnrollingPerson,
      {
        summary: "Begin to register a phone, or to give a registered one new keys",
        answer: phoneRegistration,
        body: phoneRegistrationCreation,
        status: 201,
      },
      (call) => beginRegistration(ports, selfOf(call), call.body),
    ),
    route(
      "GET",
      `${registrations}/:id`,
      enrollingPerson,
      { summary: "Follow a registration of yours", answer: phoneRegistrationView, params: byId },
      (call) => readRegistration(ports, selfOf(call), call.params.id),
    ),
    route(
      "POST",
      `${registrations}/:id/confirm`,
      enrollingPerson,
      {
        summary: "Say that phone and page show the same six digits",
        answer: phoneRegistrationView,
        params: byId,
        body: digitsConfirmation,
      },
      (call) => confirmDigits(ports, selfOf(call), call.params.id, call.body.digits),
    ),
    route(
      "POST",
      `${registrations}/:id/differ`,
      enrollingPerson,
      {
        summary: "Say that the six digits are not the same: ends the registration",
        answer: phoneRegistrationView,
        params: byId,
      },
      (call) => endOwnRegistration(ports, selfOf(call), call.params.id, "digits-differ"),
    ),
    route(
      "POST",
      `${registrations}/:id/device-id`,
      enrollingPerson,
      {
        summary: "Type the Device ID that a phone without network shows",
        answer: phoneRegistrationView,
        params: byId,
        body: deviceIdEntry,
      },
      (call) => enterDeviceId(ports, selfOf(call), call.params.id, call.body.deviceId),
    ),
    route(
      "DELETE",
      `${registrations}/:id`,
      enrollingPerson,
      { summary: "Cancel a registration of yours", answer: phoneRegistrationView, params: byId },
      (call) => endOwnRegistration(ports, selfOf(call), call.params.id, "cancelled"),
    ),
  ];
}

function selfOf({ caller, actor }: Call<unknown, unknown, unknown>): Self {
  if (caller.kind !== "session") throw new Error("somebody about himself without a session");
  return { userId: caller.user.id, sessionId: caller.session.id, actor };
}
