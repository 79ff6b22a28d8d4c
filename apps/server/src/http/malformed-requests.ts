import type { ProblemCode } from "@holdfast/protocol/problem";
import type { FastifyRequest } from "fastify";
import { note } from "../app/audit.ts";
import type { AppPorts } from "../app/ports.ts";
import { actorOf } from "./access.ts";
import type { Caller } from "./route.ts";

/** Tells the audit of requests that are none: too large, not JSON, with keys that nobody asked for. */
export type MalformedRequests = {
  /** `caller` null: refused before anybody knew who it was. */
  seen(caller: Caller | null, request: FastifyRequest, code: ProblemCode): void;
};

/** One event for each caller in this time, with how many there were since the last: a flood fills no disk. */
const toldEveryMs = 60_000;
const mostCallers = 1_000;

export function createMalformedRequests(ports: Pick<AppPorts, "store" | "clock" | "log">): MalformedRequests {
  const callers = new Map<string, { toldAtMs: number; untold: number }>();
  return {
    seen(caller, request, code) {
      const actor = actorOf(caller ?? { kind: "anybody" });
      const nowMs = ports.clock.now();
      const known = callers.get(actor.name);
      if (known && Math.abs(nowMs - known.toldAtMs) < toldEveryMs) {
        known.untold += 1;
        return;
      }
      callers.delete(actor.name);
      callers.set(actor.name, { toldAtMs: nowMs, untold: 0 });
      for (const oldest of callers.keys()) {
        if (callers.size <= mostCallers) break;
        callers.delete(oldest);
      }
      note(ports.store, nowMs, actor, "malformed-request", {
        endpointId: caller?.kind === "endpoint" ? caller.endpoint.id : null,
        outcome: "refused",
        reason: code,
        // The route as it is declared, never the address as it was sent.
        detail: {
          method: request.method,
          route: request.routeOptions.url ?? null,
          sinceLastTold: (known?.untold ?? 0) + 1,
        },
      }).catch((err: unknown) => {
        ports.log.error({ err }, "a malformed request could not be noted in the audit");
      });
    },
  };
}
