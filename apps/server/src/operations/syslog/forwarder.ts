import { connect as connectTcp, type Socket } from "node:net";
import { connect as connectTls } from "node:tls";
import type { Logger } from "pino";
import type { AuditDraft } from "../../store/audit-rows.ts";
import { framed, type SyslogSource, syslogMessage } from "./message.ts";

export type SyslogTarget = {
  readonly host: string;
  readonly port: number;
  /** Null: plain TCP, which leaves this machine only where a relay on it takes it on. */
  readonly tls: { readonly authorities: string | null } | null;
};

/**
 * Hands audit events to a collector as they are committed (RFC 5424 over TCP or TLS, RFC 5425). It never makes anybody
 * wait: what cannot be sent is kept, so many at most, and then the oldest are dropped and counted. The audit itself has
 * them all; the collector is told how many it lacks.
 */
export type SyslogForwarder = {
  take(events: readonly AuditDraft[]): void;
  figures(): { readonly waiting: number; readonly lost: number; readonly connected: boolean };
  stop(): void;
};

const mostWaiting = 10_000;
/** What the socket may hold that the collector has not taken. */
const mostUnsent = 1024 * 1024;
const longestPauseMs = 30_000;
const connectWithinMs = 10_000;

export function createSyslogForwarder(
  target: SyslogTarget,
  source: SyslogSource,
  log: Logger,
  { most = mostWaiting, firstPauseMs = 500 } = {},
): SyslogForwarder {
  let waiting: Buffer[] = [];
  let lost = 0;
  let untold = 0;
  let socket: Socket | null = null;
  let connected = false;
  let pauseMs = firstPauseMs;
  let timer: NodeJS.Timeout | null = null;
  let stopped = false;

  const flush = () => {
    if (socket === null || !connected) return;
    if (untold > 0) {
      socket.write(framed(syslogMessage(lostEvent(untold), source)));
      untold = 0;
    }
    let sent = 0;
    while (sent < waiting.length && socket.writableLength < mostUnsent) {
      const next = waiting[sent];
      if (next === undefined) break;
      socket.write(next);
      sent += 1;
    }
    if (sent > 0) waiting = waiting.slice(sent);
  };
  const open = () => {
    if (stopped || socket !== null) return;
    const { host, port, tls } = target;
    const to = { host, port };
    const one: Socket =
      tls === null
        ? connectTcp(to)
        : connectTls({
            ...to,
            ...(tls.authorities === null ? {} : { ca: tls.authorities }),
            ...(/^[\d.]+$|:/.test(host) ? {} : { servername: host }),
          });
    socket = one;
    one.unref();
    one.setTimeout(connectWithinMs, () => {
      if (!connected) one.destroy(new Error(`no connection within ${connectWithinMs} ms`));
    });
    one.once(tls === null ? "connect" : "secureConnect", () => {
      connected = true;
      pauseMs = firstPauseMs;
      one.setTimeout(0);
      one.setKeepAlive(true, 30_000);
      log.info({ host, port }, "the audit goes to the collector");
      flush();
    });
    one.on("drain", flush);
    // A collector answers nothing; reading it is how its end is noticed.
    one.resume();
    one.once("end", () => one.destroy());
    one.on("error", (err) => log.warn({ err, host, port }, "the collector of the audit cannot be reached"));
    one.once("close", () => {
      socket = null;
      connected = false;
      if (stopped) return;
      timer = setTimeout(open, pauseMs);
      timer.unref();
      pauseMs = Math.min(2 * pauseMs, longestPauseMs);
    });
  };
  open();

  return {
    take(events) {
      for (const event of events) waiting.push(framed(syslogMessage(event, source)));
      const over = waiting.length - most;
      if (over > 0) {
        waiting = waiting.slice(over);
        lost += over;
        untold += over;
      }
      flush();
    },
    figures: () => ({ waiting: waiting.length, lost, connected }),
    stop() {
      stopped = true;
      if (timer !== null) clearTimeout(timer);
      socket?.end();
    },
  };
}

/** In the place of what was dropped. */
function lostEvent(count: number): AuditDraft {
  return {
    atMs: Date.now(),
    type: "audit-events-dropped",
    actor: "server",
    subjectUserId: null,
    endpointId: null,
    attemptId: null,
    outcome: "info",
    reason: "collector-away",
    mode: null,
    detail: { count, next: "The audit has them: holdfast admin audit export" },
  };
}
