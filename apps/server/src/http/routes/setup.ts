import { setupAnswer, setupRequest } from "@holdfast/protocol/admin-api";
import {
  administratorSetup,
  administratorSetupAnswer,
  administratorSetupAsked,
  administratorSetupStep,
} from "@holdfast/protocol/setup-api";
import type { FirstAdministrator } from "../../app/first-administrator.ts";
import type { Refused } from "../../app/outcome.ts";
import { ok, refused } from "../../app/outcome.ts";
import { viewSession } from "../../app/sessions/live-session.ts";
import type { Sessions } from "../../app/sessions/sessions.ts";
import type { Setup } from "../../app/setup.ts";
import type { Caller, Route } from "../route.ts";
import { route } from "../route.ts";
import type { WebBrowsers } from "../web/browsers.ts";
import { whenceOf } from "../web/browsers.ts";

/** The first start: by a program on this machine, or by a browser at the console. */
export function setupRoutes(
  setup: Setup,
  first: FirstAdministrator,
  sessions: Sessions,
  browsers: WebBrowsers,
): Route[] {
  return [
    route(
      "POST",
      "/api/v1/setup",
      { by: "anybody" },
      {
        summary: "Issue the first administrator's API key by the setup token",
        answer: setupAnswer,
        body: setupRequest,
        status: 201,
      },
      async ({ body }) => {
        const redeemed = await setup.redeem(body.token, body.name ?? "first administrator");
        return redeemed.kind === "refused" ? redeemed : ok({ apiKey: redeemed.value });
      },
    ),
    route(
      "POST",
      "/api/v1/setup/administrator",
      { by: "browser" },
      {
        summary: "Begin to make the first superadministrator by the setup token",
        answer: administratorSetupAsked,
        body: administratorSetup,
      },
      async ({ caller, body }) => elsewhere(caller) ?? first.begin(body),
    ),
    route(
      "POST",
      "/api/v1/setup/administrator/steps",
      { by: "browser" },
      {
        summary: "Show the first superadministrator's second factor, which signs him in",
        answer: administratorSetupAnswer,
        body: administratorSetupStep,
        status: 201,
      },
      async ({ caller, body, request, reply }) => {
        const no = elsewhere(caller);
        if (no) return no;
        const made = await first.step(body);
        if (made.kind === "refused") return made;
        const { proven, recoveryCodes } = made.value;
        const opened = await sessions.start("console", proven, whenceOf(request));
        if (opened.kind === "refused") return opened;
        browsers.setSession(request, reply, opened.value.token);
        return ok({ session: viewSession(opened.value.session), recoveryCodes });
      },
    ),
  ];
}

function elsewhere(caller: Caller): Refused | null {
  return caller.kind === "browser" && caller.app === "console"
    ? null
    : refused("forbidden", "The first administrator is made at the console.");
}
