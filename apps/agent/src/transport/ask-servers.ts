import type { Candidate } from "@holdfast/core/connectivity/candidates";
import type { Waiting } from "./server-api.ts";
import type { ServerAnswer } from "./server-client.ts";
import { PROCESSING_MS } from "./server-client.ts";

export type Word<T> = {
  readonly kind: "word";
  readonly server: string;
  readonly answer: Exclude<ServerAnswer<T>, { readonly kind: "not-reachable" }>;
  readonly failed: readonly Failed[];
};
export type NobodyAnswered = { readonly kind: "unreachable"; readonly failed: readonly Failed[] };
export type Failed = { readonly server: string; readonly why: string };

/**
 * Asks servers one after another, a little apart, and takes the first that gives the server's word (OTP-30, MDA-13).
 * The next starts at once where one fails. When `totalMs` are over, nobody is there; but a server that says it is at
 * work (102) is, and gets the time that passwords may queue for. `reachable` aborts where it is known sooner that
 * nobody is there.
 */
export function askServers<T>(
  candidates: readonly Candidate[],
  totalMs: number,
  reachable: AbortSignal,
  ask: (server: string, waiting: Waiting) => Promise<ServerAnswer<T>>,
): Promise<Word<T> | NobodyAnswered> {
  return new Promise((resolve) => {
    const startedMs = performance.now();
    const waiting = [...candidates];
    const running = new Map<string, AbortController>();
    const failed: Failed[] = [];
    const atWork = new Set<string>();
    let ended = false;
    let deadline = setTimeout(nobody, totalMs);
    let nextStart: NodeJS.Timeout | undefined;

    function end(outcome: Word<T> | NobodyAnswered): void {
      if (ended) return;
      ended = true;
      clearTimeout(deadline);
      clearTimeout(nextStart);
      reachable.removeEventListener("abort", knownGone);
      for (const request of running.values()) request.abort();
      resolve(outcome);
    }
    function nobody(): void {
      for (const server of running.keys()) failed.push({ server, why: "no answer in time" });
      end({ kind: "unreachable", failed });
    }
    function knownGone(): void {
      if (atWork.size === 0) nobody();
    }
    function startNext(): void {
      clearTimeout(nextStart);
      const candidate = waiting.shift();
      if (candidate === undefined) return;
      const abort = new AbortController();
      running.set(candidate.server, abort);
      const onProcessing = () => atWorkNow(candidate.server);
      // The deadline here is the one that counts; the request's own only bounds it.
      ask(candidate.server, { timeoutMs: totalMs, signal: abort.signal, onProcessing }).then(
        (answer) => answered(candidate.server, answer),
        (fault: unknown) => answered(candidate.server, { kind: "not-reachable", why: String(fault) }),
      );
      const next = waiting[0];
      if (next !== undefined && atWork.size === 0)
        nextStart = setTimeout(startNext, Math.max(0, startedMs + next.startAfterMs - performance.now()));
    }
    function answered(server: string, answer: ServerAnswer<T>): void {
      if (ended) return;
      running.delete(server);
      if (answer.kind !== "not-reachable") {
        end({ kind: "word", server, answer, failed });
        return;
      }
      failed.push({ server, why: answer.why });
      if (atWork.delete(server) && atWork.size === 0) restartDeadline(totalMs);
      if (waiting.length > 0) startNext();
      else if (running.size === 0) end({ kind: "unreachable", failed });
    }
    function atWorkNow(server: string): void {
      if (ended || !running.has(server)) return;
      atWork.add(server);
      clearTimeout(nextStart);
      restartDeadline(PROCESSING_MS);
    }
    function restartDeadline(ms: number): void {
      clearTimeout(deadline);
      deadline = setTimeout(nobody, ms);
    }

    reachable.addEventListener("abort", knownGone);
    if (waiting.length === 0 || reachable.aborted) end({ kind: "unreachable", failed });
    else startNext();
  });
}
