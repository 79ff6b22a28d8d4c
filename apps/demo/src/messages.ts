import type { Api } from "@holdfast/cli/transport/api";
import { caughtMessages, sendersView } from "@holdfast/protocol/senders-api";
import type { Screen } from "./screen.ts";

const everyMs = 1_000;

/** Messages are caught instead of sent; what is caught from now on is shown as it comes, as a phone would show it. */
export async function showMessages(api: Api, screen: Screen): Promise<void> {
  const catcher = { kind: "catcher", codeDigits: 6 };
  for (const channel of ["sms", "email"])
    await api.send(sendersView, "PUT", `/senders/${channel}`, catcher, { doing: "catch messages" });
  const shown = new Set<string>();
  let asking = false;
  const look = async () => {
    if (asking) return;
    asking = true;
    try {
      const caught = await api.get(caughtMessages, "/senders/caught", { doing: "read what was caught" });
      for (const { id, channel, to, text } of caught.kind === "ok" ? caught.value.items.toReversed() : []) {
        if (shown.has(id)) continue;
        shown.add(id);
        screen.note(`${channel === "sms" ? "SMS" : "mail"} to ${to}: ${text.replace(/\s+/g, " ").trim()}`);
      }
    } finally {
      asking = false;
    }
  };
  // Ends with the demo.
  setInterval(() => void look(), everyMs).unref();
}
