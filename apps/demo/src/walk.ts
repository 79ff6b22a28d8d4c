import { auditChainPage, auditPage, endpointPage, userPage } from "@holdfast/protocol/admin-answers";
import { bypassCodeAnswer } from "@holdfast/protocol/bypass-api";
import type { Enterprise, Person } from "./enterprise.ts";
import { type ConversationEnd, converse } from "./pam-client.ts";
import type { Link, Screen } from "./screen.ts";

type Finding = { readonly held: boolean; readonly detail: string; readonly milliseconds?: number };

/** The outage walk: each step really happens, and says whether what was promised held. */
export async function walk(
  enterprise: Enterprise,
  nora: Person,
  screen: Screen,
): Promise<{ held: number; of: number }> {
  let number = 0;
  let held = 0;
  const step = async (title: string, act: () => Promise<Finding>): Promise<void> => {
    number += 1;
    screen.stepBegins(number, title);
    const startedMs = performance.now();
    const finding = await act().catch((error: unknown) => ({
      held: false,
      detail: String(error),
      milliseconds: 0,
    }));
    if (finding.held) held += 1;
    const milliseconds = finding.milliseconds ?? performance.now() - startedMs;
    screen.stepEnds({ step: number, title, held: finding.held, milliseconds, detail: finding.detail });
  };
  const scene = (link: Link, caption: string) => screen.scene(link, caption);
  const signIn = (code: string) => signInAt(enterprise, nora, code, screen);

  scene("up", "password and token code wanted");
  await step("Nora signs in, connected", async () => {
    const end = await signIn(nora.token.press());
    const sealed = await enterprise.until((status) => (status.users[0]?.remaining ?? 0) > 0, 5000);
    const kept = (await enterprise.status()).users[0]?.remaining ?? 0;
    return {
      held: end.code === "success" && sealed !== null,
      detail: `The server let her in. ward-7 keeps her next ${kept} codes, sealed under her password.`,
      milliseconds: end.milliseconds,
    };
  });

  let bypassCode = "";
  await step("The help desk gives her a bypass code to take along", async () => {
    bypassCode = await askForBypassCode(enterprise, nora);
    return {
      held: bypassCode !== "",
      detail:
        "Good at ward-7 alone, in place of the token and never of the password, until she is back online.",
    };
  });

  await enterprise.killServer();
  scene("down", "server killed");
  await step("The endpoint notices by itself", async () => {
    const noticed = await enterprise.until((status) => status.connection.state === "offline", 10_000);
    return {
      held: noticed !== null,
      detail: "The broken event stream is the news: no sign-in has to wait for a timeout.",
      ...(noticed === null ? {} : { milliseconds: noticed }),
    };
  });

  const used = nora.token.press();
  await step("Nora signs in, offline, with both factors", async () => {
    const end = await signIn(used);
    return {
      held: end.code === "success",
      detail: "Same prompts, same password, next code; counted before it was checked.",
      milliseconds: end.milliseconds,
    };
  });
  await step("The same code again", async () => {
    const end = await signIn(used);
    return {
      held: end.code === "auth-error",
      detail: "Refused: no code counts twice.",
      milliseconds: end.milliseconds,
    };
  });
  await step("On to the last code, and one more", async () => {
    const ends: ConversationEnd[] = [];
    while (ends.at(-1)?.code !== "auth-error" && ends.length < 10)
      ends.push(await signIn(nora.token.press()));
    const last = ends.at(-1);
    const said = last?.lines.some(({ text }) => text.includes("no offline sign-ins are left here")) ?? false;
    return {
      held: ends.length > 1 && said,
      detail: "Used up is used up: it says what to do next, and the token is of no use.",
      ...(last ? { milliseconds: last.milliseconds } : {}),
    };
  });
  await step("The bypass code instead", async () => {
    const end = await signIn(bypassCode);
    return {
      held: end.code === "success",
      detail: "The machine holds only its hash, sealed under her password; both are counted and told later.",
      milliseconds: end.milliseconds,
    };
  });

  scene("returning", "server started again");
  await step("Back, without anybody doing anything", async () => {
    await enterprise.startServer();
    const back = await enterprise.until(
      (status) => status.connection.state === "online" && status.eventsWaiting === 0,
      30_000,
    );
    return {
      held: back !== null,
      detail: "The endpoint found the server and told it everything that happened.",
      ...(back === null ? {} : { milliseconds: back }),
    };
  });

  scene("up", "reconciled");
  await step("What happened offline is in the server's audit", async () => {
    const page = await enterprise.api.get(
      auditPage,
      "/audit",
      { doing: "read the audit" },
      { mode: "offline", limit: 50 },
    );
    const chains = await enterprise.api.get(auditChainPage, "/audit/chains", { doing: "verify the chains" });
    if (page.kind !== "ok" || chains.kind !== "ok")
      return { held: false, detail: "The audit could not be read." };
    const rows = page.value.items.filter((row) => row.type === "sign-in");
    const succeeded = rows.filter((row) => row.outcome === "succeeded").length;
    const whole = chains.value.items.every((chain) => chain.kind === "whole");
    return {
      held: succeeded === 4 && rows.length - succeeded >= 2 && whole,
      detail: `${succeeded} sign-ins and ${rows.length - succeeded} refusals from ward-7, in order; every hash chain is whole.`,
    };
  });
  await step("Nothing was burned: her very next code works online", async () => {
    const end = await signIn(nora.token.press());
    const sealed = await enterprise.until((status) => (status.users[0]?.remaining ?? 0) === 3, 5000);
    return {
      held: end.code === "success" && sealed !== null,
      detail: "Floors met, cache refilled: ready for the next outage.",
      milliseconds: end.milliseconds,
    };
  });
  return { held, of: number };
}

/** By the API, as the console does; empty: there is none. */
async function askForBypassCode(enterprise: Enterprise, person: Person): Promise<string> {
  const doing = { doing: "ask for a bypass code" };
  const users = await enterprise.api.get(userPage, "/users", doing, { userName: person.name });
  const endpoints = await enterprise.api.get(endpointPage, "/endpoints", doing, { name: "ward-7" });
  const [user] = users.kind === "ok" ? users.value.items : [];
  const [endpoint] = endpoints.kind === "ok" ? endpoints.value.items : [];
  if (!user || !endpoint) return "";
  const path = `/users/${user.id}/bypass-codes`;
  const given = await enterprise.api.send(bypassCodeAnswer, "POST", path, { endpointId: endpoint.id }, doing);
  return given.kind === "ok" ? given.value.code : "";
}

async function signInAt(
  enterprise: Enterprise,
  person: Person,
  code: string,
  screen: Screen,
): Promise<ConversationEnd> {
  const end = await converse(
    enterprise.pamSocket,
    {
      action: "authenticate",
      user: person.name,
      service: "demo",
      tty: "demo",
      uid: 1000,
      prompting: "separate",
    },
    [person.password, code],
    (line, answer) => {
      const shown = answer === null ? "" : answer === code ? code : "•".repeat(answer.length);
      screen.dialogue(`${line.text}${shown}`);
    },
  );
  if (end.code === "no-answer") screen.dialogue(`(${end.reason})`);
  return end;
}
