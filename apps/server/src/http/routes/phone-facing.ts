import {
  phoneClaim,
  phoneClaimAnswer,
  phoneCompletion,
  phoneFinish,
  phoneStreamMessage,
  phoneSync,
  phoneSyncAnswer,
} from "@holdfast/protocol/phone-api";
import { refused } from "../../app/outcome.ts";
import { claimRegistration, completeRegistration, finishRegistration } from "../../app/phones/claims.ts";
import type { Phone } from "../../app/phones/phones.ts";
import { syncPhone } from "../../app/phones/sync.ts";
import type { AppPorts } from "../../app/ports.ts";
import type { PhoneHub } from "../../events/phone-hub.ts";
import type { Call, Route } from "../route.ts";
import { alreadySent, route } from "../route.ts";
import { acceptWebSocket } from "../web-sockets.ts";
import { byId } from "./people.ts";

const registration = "/api/v1/phone-registrations/:id";

/** What the authenticator app calls, at its own origin, each request signed with the phone's request key. */
export function phoneFacingRoutes(ports: AppPorts, hub: PhoneHub): Route[] {
  return [
    route(
      "POST",
      `${registration}/claim`,
      { by: "new-phone" },
      {
        summary: "Bring a phone's keys for a QR code that it scanned",
        answer: phoneClaimAnswer,
        params: byId,
        body: phoneClaim,
      },
      (call) => claimRegistration(ports, thumbprintOf(call), call.params.id, call.body),
    ),
    route(
      "POST",
      `${registration}/complete`,
      { by: "new-phone" },
      {
        summary: "Ask for what the phone is to keep, once its person has compared the digits",
        answer: phoneCompletion,
        params: byId,
      },
      (call) => completeRegistration(ports, thumbprintOf(call), call.params.id),
    ),
    route(
      "POST",
      `${registration}/finish`,
      { by: "new-phone" },
      {
        summary:
          "Say that the phone keeps everything: from now on its new keys count and its old ones do not",
        answer: phoneFinish,
        params: byId,
      },
      (call) => finishRegistration(ports, thumbprintOf(call), call.params.id),
    ),
    route(
      "POST",
      "/api/v1/phone/sync",
      { by: "phone" },
      { summary: "Ask what the phone should look like now", answer: phoneSyncAnswer, body: phoneSync },
      (call) => syncPhone(ports, phoneOf(call), call.body),
    ),
    route(
      "GET",
      "/api/v1/phone/stream",
      { by: "phone" },
      { summary: "Follow what there is to ask for, as a WebSocket", answer: phoneStreamMessage, status: 101 },
      async (call) => {
        const { id } = phoneOf(call);
        if (!(await acceptWebSocket(call.request.raw, (stream) => hub.open(id, stream))))
          return refused("invalid-request", "This is a WebSocket: ask with Upgrade: websocket.");
        call.reply.hijack();
        return alreadySent;
      },
    ),
  ];
}

export function phoneOf({ caller }: Pick<Call<unknown, unknown, unknown>, "caller">): Phone {
  if (caller.kind !== "phone") throw new Error("a phone's request by somebody else");
  return caller.phone;
}

function thumbprintOf({ caller }: Pick<Call<unknown, unknown, unknown>, "caller">): string {
  if (caller.kind !== "new-phone") throw new Error("a registration without a proof");
  return caller.proof.thumbprint;
}
