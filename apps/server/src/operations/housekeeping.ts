import { forgetAnswers } from "../app/idempotency.ts";
import type { AppPorts } from "../app/ports.ts";
import { forgetChallenges } from "../app/radius/challenges.ts";
import { forgetSignings } from "../app/signing/requests.ts";
import { tidyTemporaryCodes } from "../app/temporary-codes/ending.ts";

/** What a server does by itself from time to time. */
export type Housekeeping = { start(): Promise<void>; stop(): void };

const aliveEveryMs = 30_000;
const tidyEveryMs = 3_600_000;
const messagesKeptMs = 7 * 86_400_000;
/** A phone that was switched off for longer finds out by its next sync whether it is registered. */
const registrationsKeptMs = 31 * 86_400_000;
/** What was decided is in the audit for good, and in a signed order's own statement. */
const pushRequestsKeptMs = 7 * 86_400_000;
/** Longer than any outage after which an endpoint may still report an attempt that began online. */
const attemptsKeptMs = 30 * 86_400_000;

export function createHousekeeping(
  ports: AppPorts,
  duties: { url(): string; forgetSessions(): Promise<unknown> },
): Housekeeping {
  const timers: NodeJS.Timeout[] = [];
  const startedAtMs = ports.clock.now();
  const tellAlive = () =>
    ports.store.transaction((tx) =>
      tx.servers.upsert({
        id: ports.server.id,
        url: duties.url(),
        site: ports.server.site,
        startedAtMs,
        lastSeenAtMs: ports.clock.now(),
      }),
    );
  const tidy = async () => {
    await ports.store.forgetAttempts(ports.clock.now() - attemptsKeptMs);
    await duties.forgetSessions();
    await forgetAnswers(ports);
    await ports.store.transaction((tx) => tx.senders.forget(ports.clock.now() - messagesKeptMs));
    await forgetSignings(ports);
    await forgetChallenges(ports);
    await ports.store.transaction((tx) =>
      tx.phones.registrations.forget(ports.clock.now() - registrationsKeptMs),
    );
    await ports.store.transaction((tx) => tx.push.requests.forget(ports.clock.now() - pushRequestsKeptMs));
    await tidyTemporaryCodes(ports);
    await ports.signer.reload();
  };
  const every = (ms: number, what: string, work: () => Promise<unknown>) => {
    const timer = setInterval(() => {
      work().catch((err) => ports.log.error({ err }, `${what} failed`));
    }, ms);
    timer.unref();
    timers.push(timer);
  };
  return {
    async start() {
      await tellAlive();
      every(aliveEveryMs, "telling the others that this server is alive", tellAlive);
      every(tidyEveryMs, "tidying up", tidy);
    },
    stop() {
      for (const timer of timers.splice(0)) clearInterval(timer);
    },
  };
}
