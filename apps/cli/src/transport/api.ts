import { randomUUID } from "node:crypto";
import { type Problem, type ProblemCode, problem } from "@holdfast/protocol/problem";
import type { z } from "zod";
import type { Answer, Refused } from "../frame/outcome.ts";
import { ok, refused } from "../frame/outcome.ts";
import { printable } from "../output/printable.ts";
import type { Connection, HttpAnswer, HttpRequest, PinnedServer, Unreachable } from "./pinned-https.ts";

/** What a refusal says beyond the server's own words. */
export type Purpose = {
  /** Completes "The server did not …": `add user anna`. */
  readonly doing: string;
  /** The exact next command, by the problem's code. */
  readonly next?: Partial<Record<ProblemCode, string>>;
};

export type Query = Readonly<Record<string, string | number | boolean | null | undefined>>;

/** The server's administration API: every answer is checked against its schema before anybody sees it. */
export type Api = {
  readonly server: PinnedServer;
  get<T>(schema: z.ZodType<T>, path: string, purpose: Purpose, query?: Query): Promise<Answer<T>>;
  send<T>(
    schema: z.ZodType<T>,
    method: Exclude<HttpRequest["method"], "GET">,
    path: string,
    body: unknown,
    purpose: Purpose,
  ): Promise<Answer<T>>;
  /** A file of any length, given on part by part; how many bytes it had. */
  download(
    method: "GET" | "POST",
    path: string,
    body: unknown,
    write: (part: Uint8Array) => void,
    purpose: Purpose,
  ): Promise<Answer<number>>;
};

const base = "/api/v1";
const timeoutMs = 30_000;

export function createApi(connection: Connection, server: PinnedServer, key: string | null): Api {
  const { url } = server;
  const call = async <T>(
    schema: z.ZodType<T>,
    method: HttpRequest["method"],
    path: string,
    body: unknown,
    purpose: Purpose,
  ): Promise<Answer<T>> => {
    const requestId = randomUUID();
    const answer = await connection.send({
      method,
      path: `${base}${path}`,
      headers: {
        accept: "application/json",
        "holdfast-request": requestId,
        ...(key === null ? {} : { authorization: `Bearer ${key}` }),
        ...(body === undefined ? {} : { "content-type": "application/json" }),
      },
      body: body === undefined ? null : JSON.stringify(body),
      timeoutMs,
    });
    if (answer.kind === "unreachable") return notReached(url, answer);
    if (answer.status >= 200 && answer.status < 300) {
      const parsed = schema.safeParse(answer.body === "" ? null : jsonOf(answer.body));
      if (parsed.success) return ok(parsed.data);
      const [issue] = parsed.error.issues;
      return foreign(
        url,
        `its answer is not of the expected form (${issue?.path.join(".") ?? ""}: ${issue?.message ?? ""})`,
      );
    }
    const said = problemOf(answer, requestId);
    return said
      ? refusedBy(said, purpose)
      : foreign(url, `it answered ${answer.status} without Holdfast's own words`);
  };
  const download: Api["download"] = async (method, path, body, write, purpose) => {
    const requestId = randomUUID();
    const answer = await connection.download(
      {
        method,
        path: `${base}${path}`,
        headers: {
          "holdfast-request": requestId,
          ...(key === null ? {} : { authorization: `Bearer ${key}` }),
          ...(body === undefined ? {} : { "content-type": "application/json" }),
        },
        body: body === undefined ? null : JSON.stringify(body),
        timeoutMs,
      },
      write,
    );
    if (answer.kind === "unreachable") return notReached(url, answer);
    if (answer.kind === "complete") return ok(answer.bytes);
    const said = problemOf(answer, requestId);
    return said
      ? refusedBy(said, purpose)
      : foreign(url, `it answered ${answer.status} without Holdfast's own words`);
  };
  return {
    server,
    download,
    get: (schema, path, purpose, query = {}) =>
      call(schema, "GET", path + queryText(query), undefined, purpose),
    send: (schema, method, path, body, purpose) => call(schema, method, path, body, purpose),
  };
}

/** One segment of a path, whatever a name consists of. */
export function segment(text: string): string {
  return encodeURIComponent(text);
}

export function notReached(url: string, { step, why }: Unreachable): Refused {
  const next =
    step === "pin"
      ? "holdfast admin connect --help   (if the enterprise was set up anew)"
      : `Check that the server runs and can be reached: curl -k ${url}/healthz`;
  return refused(
    "unreachable",
    `server-${step}`,
    `The server at ${url} cannot be reached.`,
    sentence(why),
    next,
  );
}

function foreign(url: string, why: string): Refused {
  return refused(
    "unreachable",
    "server-answer",
    `The server at ${url} gave no usable answer.`,
    sentence(why),
    "Check that this command and the server are of one version: holdfast --version",
  );
}

/** Only a well-formed problem document that answers this very request is the server's word. */
function problemOf(answer: HttpAnswer, requestId: string): Problem | null {
  if (!/^application\/problem\+json\b/i.test(answer.contentType)) return null;
  const parsed = problem.safeParse(jsonOf(answer.body));
  return parsed.success && parsed.data.inReplyTo === requestId ? parsed.data : null;
}

const exits: Partial<Record<ProblemCode, Refused["exit"]>> = {
  unauthenticated: "unauthorised",
  forbidden: "unauthorised",
};

const nextSteps: Partial<Record<ProblemCode, string>> = {
  unauthenticated: "holdfast admin connect --help   (with a key that is valid)",
  forbidden: "Ask for a key with the right scope: holdfast admin api-keys add --help",
  "setup-closed": "holdfast admin connect --help   (with a key from another administrator)",
  "storage-unavailable": "Look at the server's log and its disk, then try again.",
  internal: "Look at the server's log, then try again.",
};

function refusedBy(said: Problem, { doing, next }: Purpose): Refused {
  const wait = said.retryAfterSeconds;
  const own = wait === undefined ? nextSteps[said.code] : `Try again in ${Math.max(1, wait)} s.`;
  return {
    ...refused(
      exits[said.code] ?? "refused",
      said.code,
      `The server did not ${printable(doing)}.`,
      printable(said.detail),
      next?.[said.code] ?? own ?? null,
    ),
    ...(said.problems
      ? {
          problems: said.problems.map((one) => ({
            path: printable(one.path),
            message: printable(one.message),
          })),
        }
      : {}),
  };
}

export function queryText(query: Query): string {
  const pairs = Object.entries(query).flatMap(([name, value]) =>
    value === undefined || value === null ? [] : [[name, String(value)] as [string, string]],
  );
  return pairs.length === 0 ? "" : `?${new URLSearchParams(pairs)}`;
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function sentence(why: string): string {
  return `${why.charAt(0).toUpperCase()}${why.slice(1)}.`;
}
