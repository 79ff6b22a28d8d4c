import { getCACertificates } from "node:tls";
import { type SessionAnswer, sessionAnswer } from "@holdfast/protocol/session-api";
import { z } from "zod";
import type { Answer } from "../frame/outcome.ts";
import { ok, refused } from "../frame/outcome.ts";
import type { Ports } from "../frame/ports.ts";
import { printable } from "../output/printable.ts";
import type { Api } from "../transport/api.ts";
import { createApi, notReached } from "../transport/api.ts";
import { type Connection, connectionTo, openPinned } from "../transport/pinned-https.ts";

/** Somebody at the portal, by a terminal in the place of a browser. */
export type PortalSession = { readonly api: Api; close(): Promise<void> };

/**
 * Signs in as the portal's own page does: nobody proves less here than there. The certificate is checked by the pinned
 * authority, or by those that this machine trusts.
 */
export async function openPortal(
  ports: Ports,
  { url, authorityPin, userName }: { url: string; authorityPin: string | null; userName: string },
): Promise<Answer<PortalSession>> {
  const { origin } = new URL(url);
  const opened =
    authorityPin === null
      ? ({ kind: "open", ...connectionTo(origin, getCACertificates("default")) } as const)
      : await openPinned({ url: origin, authorityPin });
  if (opened.kind === "unreachable") return notReached(origin, opened);
  const api = createApi(asBrowser(opened, origin), { url: origin, authorityPin: authorityPin ?? "" }, null);
  const close = async () => {
    await api.send(z.unknown(), "DELETE", "/session", undefined, { doing: "sign out" });
    opened.close();
  };
  const signedIn = await signIn(ports, api, userName);
  if (signedIn.kind === "ok") return ok({ api, close });
  opened.close();
  return signedIn;
}

/** The session is a cookie, which counts at the origin that gave it. */
function asBrowser(connection: Connection, origin: string): Connection {
  let cookie: string | null = null;
  return {
    ...connection,
    async send(request) {
      const headers = { ...request.headers, origin, ...(cookie === null ? {} : { cookie }) };
      const answer = await connection.send({ ...request, headers });
      const [set] = answer.kind === "answer" ? (answer.setCookie ?? []) : [];
      if (set !== undefined) cookie = set.split(";")[0] ?? null;
      return answer;
    },
  };
}

async function signIn(ports: Ports, api: Api, userName: string): Promise<Answer<null>> {
  const purpose = { doing: `sign ${userName} in`, next: {} };
  let answer: Answer<SessionAnswer> = await api.send(
    sessionAnswer,
    "POST",
    "/session/sign-in",
    { userName },
    purpose,
  );
  for (;;) {
    if (answer.kind === "refused") return answer;
    if (answer.value.status === "succeeded") return ok(null);
    const { prompts, continuation } = answer.value;
    // A passkey needs a browser, and a terminal cannot show a push's number without asking for it.
    const prompt = prompts.find(({ factor }) => factor !== "passkey" && factor !== "push");
    if (prompt === undefined)
      return refused(
        "refused",
        "browser-needed",
        "Nobody was signed in.",
        "What is asked for next needs a browser.",
        `Open ${api.server.url} in a browser.`,
      );
    const value = await ports.ask(`${printable(prompt.text)} `, prompt.echo ? "plain" : "secret");
    if (value === null || value === "")
      return refused("refused", "not-typed", "Nobody was signed in.", "Nothing was typed at a terminal.");
    const given = { factor: prompt.factor, value };
    answer = await api.send(
      sessionAnswer,
      "POST",
      "/session/sign-in/steps",
      { continuation, given },
      purpose,
    );
  }
}
