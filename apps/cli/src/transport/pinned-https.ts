import type { X509Certificate } from "node:crypto";
import { Agent, request as httpsRequest } from "node:https";
import { presentedChain } from "@holdfast/pinned-authority/presented-chain";
import { pinnedAuthority } from "@holdfast/pinned-authority/public-key-pin";

/** A server as an administrator's key file names it. */
export type PinnedServer = {
  readonly url: string;
  /** SHA-256 of the certificate authority's SubjectPublicKeyInfo, base64url. */
  readonly authorityPin: string;
};

/** Why nothing came back, by the step that failed. */
export type Unreachable = {
  readonly kind: "unreachable";
  readonly step: "name" | "connection" | "tls" | "pin" | "timeout" | "answer";
  readonly why: string;
};

export type HttpAnswer = {
  readonly kind: "answer";
  readonly status: number;
  readonly contentType: string;
  readonly body: string;
  /** Of a sign-in at the portal. */
  readonly setCookie?: readonly string[];
};

export type Connection = {
  send(request: HttpRequest): Promise<HttpAnswer | Unreachable>;
  /**
   * An answer of any length, a part at a time: its status first, then `write` for every part of a success. What the
   * server refuses with comes back whole, as `send` gives it. The time limit is that of silence, not of the whole.
   */
  download(
    request: HttpRequest,
    write: (part: Uint8Array) => void,
  ): Promise<HttpAnswer | { readonly kind: "complete"; readonly bytes: number } | Unreachable>;
  close(): void;
};

export type HttpRequest = {
  readonly method: "GET" | "POST" | "PATCH" | "PUT" | "DELETE";
  /** Path and query below the server's own URL. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | null;
  readonly timeoutMs: number;
};

const handshakeTimeoutMs = 5000;
const mostBodyBytes = 16 * 1024 * 1024;

/**
 * A connection to the server whose certificates lead to the pinned authority. The authority is looked for in the
 * chain that the server presents, by its public key alone; every request then runs over ordinary TLS verification with
 * that authority as the only root, so names and lifetimes are checked by the library and nothing is sent before.
 */
export async function openPinned(
  server: PinnedServer,
): Promise<({ kind: "open" } & Connection) | Unreachable> {
  const presented = await lookAtServer(server.url);
  if (presented.kind === "unreachable") return presented;
  const authority = pinnedAuthority(presented.chain, server.authorityPin);
  if (!authority) {
    return {
      kind: "unreachable",
      step: "pin",
      why: "no certificate that it presents has the pinned public key: it is another server, a proxy in between that opens TLS, or an enterprise set up anew",
    };
  }
  return { kind: "open", ...connectionTo(server.url, [authority.toString()]) };
}

/** Requests to one server, trusting these authorities (PEM) and nothing else. */
export function connectionTo(url: string, authorities: readonly string[]): Connection {
  const agent = new Agent({ ca: [...authorities], keepAlive: true, maxSockets: 4 });
  return {
    send: (request) => send(agent, url, request),
    download: (request, write) => download(agent, url, request, write),
    close: () => agent.destroy(),
  };
}

/** What a server presents, with a failure put into words. */
export async function lookAtServer(
  url: string,
  timeoutMs = handshakeTimeoutMs,
): Promise<{ readonly kind: "presented"; readonly chain: readonly X509Certificate[] } | Unreachable> {
  const presented = await presentedChain(new URL(url), timeoutMs);
  if (presented.kind === "presented") return presented;
  if (presented.kind === "failed") return unreachable(presented.error);
  return { kind: "unreachable", step: "timeout", why: `no answer within ${timeoutMs / 1000} s` };
}

function send(agent: Agent, url: string, request: HttpRequest): Promise<HttpAnswer | Unreachable> {
  return new Promise((resolve) => {
    const outgoing = httpsRequest(
      new URL(request.path, url),
      {
        method: request.method,
        agent,
        headers: {
          ...request.headers,
          ...(request.body === null ? {} : { "content-length": String(Buffer.byteLength(request.body)) }),
        },
        signal: AbortSignal.timeout(request.timeoutMs),
      },
      (incoming) => {
        const chunks: Buffer[] = [];
        let length = 0;
        incoming.on("data", (chunk: Buffer) => {
          length += chunk.length;
          if (length > mostBodyBytes) {
            incoming.destroy();
            resolve({
              kind: "unreachable",
              step: "answer",
              why: "the answer is larger than any of Holdfast's",
            });
          } else {
            chunks.push(chunk);
          }
        });
        incoming.once("error", (error) => resolve(unreachable(error)));
        incoming.once("end", () =>
          resolve({
            kind: "answer",
            status: incoming.statusCode ?? 0,
            contentType: incoming.headers["content-type"] ?? "",
            body: Buffer.concat(chunks).toString("utf8"),
            setCookie: incoming.headers["set-cookie"] ?? [],
          }),
        );
      },
    );
    outgoing.once("error", (error) => resolve(unreachable(error)));
    outgoing.end(request.body ?? undefined);
  });
}

function download(
  agent: Agent,
  url: string,
  request: HttpRequest,
  write: (part: Uint8Array) => void,
): Promise<HttpAnswer | { kind: "complete"; bytes: number } | Unreachable> {
  return new Promise((resolve) => {
    const { method, headers, body, timeoutMs } = request;
    const length = body === null ? {} : { "content-length": String(Buffer.byteLength(body)) };
    const outgoing = httpsRequest(
      new URL(request.path, url),
      { method, agent, headers: { ...headers, ...length }, timeout: timeoutMs },
      (incoming) => {
        const status = incoming.statusCode ?? 0;
        const success = status >= 200 && status < 300;
        const refusal: Buffer[] = [];
        let bytes = 0;
        incoming.on("data", (part: Buffer) => {
          bytes += part.length;
          if (!success && bytes > mostBodyBytes) return void incoming.destroy();
          if (!success) return void refusal.push(part);
          try {
            write(part);
          } catch (error) {
            incoming.destroy(error as Error);
          }
        });
        incoming.once("error", (error) => resolve(unreachable(error)));
        // A connection that was cut ends without `complete`.
        incoming.once("close", () => {
          if (!incoming.complete)
            return resolve(unreachable(Object.assign(new Error(), { code: "ECONNRESET" })));
          const contentType = incoming.headers["content-type"] ?? "";
          const text = Buffer.concat(refusal).toString("utf8");
          resolve(
            success ? { kind: "complete", bytes } : { kind: "answer", status, contentType, body: text },
          );
        });
      },
    );
    outgoing.once("timeout", () => outgoing.destroy(Object.assign(new Error(), { code: "TimeoutError" })));
    outgoing.once("error", (error) => resolve(unreachable(error)));
    outgoing.end(body ?? undefined);
  });
}

const explained: Readonly<Record<string, Omit<Unreachable, "kind">>> = {
  ENOTFOUND: { step: "name", why: "its name is not known to DNS or /etc/hosts" },
  EAI_AGAIN: { step: "name", why: "DNS does not answer" },
  ECONNREFUSED: { step: "connection", why: "nothing listens at that address and port" },
  ECONNRESET: { step: "connection", why: "the connection was cut" },
  EHOSTUNREACH: { step: "connection", why: "there is no route to that host" },
  ENETUNREACH: { step: "connection", why: "there is no route to that network" },
  ETIMEDOUT: { step: "timeout", why: "the host does not answer" },
  EPROTO: { step: "tls", why: "what listens there does not speak TLS" },
  ERR_TLS_CERT_ALTNAME_INVALID: { step: "tls", why: "its certificate does not name that host" },
  CERT_HAS_EXPIRED: { step: "tls", why: "its certificate has expired, or this machine's clock is wrong" },
  CERT_NOT_YET_VALID: {
    step: "tls",
    why: "its certificate is not valid yet, or this machine's clock is wrong",
  },
};

function unreachable(error: NodeJS.ErrnoException): Unreachable {
  // Connecting to a name with several addresses fails with all their errors in one.
  const code =
    error.code ?? (error instanceof AggregateError ? error.errors[0]?.code : undefined) ?? error.name;
  if (code === "TimeoutError" || code === "ABORT_ERR" || error.name === "TimeoutError") {
    return { kind: "unreachable", step: "timeout", why: "no answer in time" };
  }
  if (code.startsWith("ERR_SSL")) {
    return {
      kind: "unreachable",
      step: "tls",
      why: `what listens there does not speak TLS as Holdfast does (${code})`,
    };
  }
  const known = explained[code];
  return known ? { kind: "unreachable", ...known } : { kind: "unreachable", step: "connection", why: code };
}
