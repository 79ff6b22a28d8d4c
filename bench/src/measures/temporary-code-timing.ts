import { temporaryDirectory } from "@holdfast/e2e/rig/temporary-directory";
import { type ServerProcess, startServerProcess } from "../enterprise/server-process.ts";
import { type Measure, measured } from "../measure.ts";
import { described, interleaved, ratios, rounded } from "../rounds.ts";

/** What is typed as a temporary code, and what it is. */
const kinds = ["right", "wrong", "expired", "missing", "revoked", "elsewhere"] as const;
type Kind = (typeof kinds)[number];

/** Fewer failures than lock anybody. */
const mostRounds = 24;
const password = "a password of the benchmark";
const wrongCode = "34679-ACDEF";

/** Says how far time could tell them apart; that they cost the same runs and writes is a test's business. */
export const temporaryCodeTiming: Measure = {
  figures: [
    {
      name: "temporary-code-timing",
      measure:
        "sign-in by a temporary code that is wrong, expired, missing, …, by one that is right: the furthest off",
      unit: "×",
      bar: null,
    },
  ],
  async run({ quick }) {
    await using directory = await temporaryDirectory("bench-codes");
    await using server = await startServerProcess({ stateDir: directory.path, databaseUrl: null });
    const typed = await prepare(server);
    const { key } = await server.call("POST", "/api/v1/api-keys", { name: "VPN", scopes: ["sign-in"] });
    const side = (kind: Kind) => () => timeSignIn(server.port, key, kind, typed[kind]);
    const sides = Object.fromEntries(kinds.map((kind) => [kind, side(kind)])) as Record<
      Kind,
      () => Promise<number>
    >;
    for (const kind of kinds) await sides[kind]();
    const rounds = await interleaved(sides, { rounds: quick ? 8 : mostRounds - 1, atMostMs: 60_000 });
    const beside = kinds.map((kind) => ratios(rounds.values[kind], rounds.values.right).median);
    const milliseconds = Object.fromEntries(kinds.map((kind) => [kind, described(rounds.sides[kind])]));
    return measured({
      "temporary-code-timing": {
        value: rounded(Math.max(...beside.map((ratio) => Math.max(ratio, 1 / ratio)))),
        detail: { rounds: rounds.rounds, milliseconds },
      },
    });
  },
};

/** A user for each kind; what each of them types. */
async function prepare(server: ServerProcess): Promise<Record<Kind, string>> {
  const settings = await server.call("GET", "/api/v1/settings");
  await server.call("PUT", "/api/v1/settings/temporary-codes", {
    temporaryCodes: { ...settings.temporaryCodes, allowed: true },
  });
  const policy = await server.call("POST", "/api/v1/policies", {
    name: "Hardly ever locked",
    changes: { lockout: { failures: 100 } },
  });
  const typed: Record<string, string> = {};
  for (const kind of kinds) {
    const body = { userName: kind, password, policyId: policy.id };
    const { id } = await server.call("POST", "/api/v1/users", body);
    const make = (more: object = {}) =>
      server.call("POST", `/api/v1/users/${id}/temporary-code`, {
        ...{ use: "multiple", lifetime: "P1D", reason: "benchmark" },
        ...more,
      });
    typed[kind] = wrongCode;
    if (kind === "right" || kind === "wrong") {
      const { code } = await make();
      if (kind === "right") typed[kind] = code;
    }
    if (kind === "expired") typed[kind] = (await make({ lifetime: "PT1S" })).code;
    if (kind === "elsewhere") typed[kind] = (await make({ workflows: ["remote-access"] })).code;
    if (kind === "revoked") {
      typed[kind] = (await make()).code;
      await server.call("DELETE", `/api/v1/users/${id}/temporary-code`);
    }
  }
  await new Promise((resolve) => setTimeout(resolve, 1000));
  return typed as Record<Kind, string>;
}

let attempts = 0;

async function timeSignIn(port: number, key: string, kind: Kind, code: string): Promise<number> {
  const body = JSON.stringify({
    attemptId: `bench-${attempts++}`,
    userName: kind,
    workflow: "workstation",
    given: [
      { factor: "password", value: password },
      { factor: "temporary-code", value: code },
    ],
  });
  const startedMs = performance.now();
  const answer = await fetch(`http://127.0.0.1:${port}/api/v1/sign-ins`, {
    method: "POST",
    headers: { authorization: `Bearer ${key}`, "content-type": "application/json" },
    body,
  });
  const { status, reason } = (await answer.json()) as { status?: unknown; reason?: string };
  const took = performance.now() - startedMs;
  const expected = kind === "right" ? status === "succeeded" : reason === "wrong-credentials";
  if (!expected) throw new Error(`a sign-in by a code that is ${kind}: ${answer.status} ${reason ?? ""}`);
  return took;
}
