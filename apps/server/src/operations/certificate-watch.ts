import type { SecureContextOptions } from "node:tls";
import type { Actor } from "../app/actor.ts";
import { raiseAlert } from "../app/alerts.ts";
import { report } from "../app/audit.ts";
import type { AppPorts } from "../app/ports.ts";
import type { Reloaded, ServerCertificate } from "../certificate-authority/server-certificate.ts";

/** For SIGHUP, the API, and files that have changed. */
export type ReloadCertificates = (actor: Actor) => Promise<Reloaded>;

const lookEveryMs = 10_000;
const warnBeforeMs = 14 * 86_400_000;

/** Takes up new certificates while requests go on, and warns of those that nobody renews. */
export function createCertificateWatch(
  ports: AppPorts,
  certificate: ServerCertificate,
  present: (context: SecureContextOptions) => void,
): { readonly reload: ReloadCertificates; start(everyMs?: number): void; stop(): void } {
  let timer: NodeJS.Timeout | null = null;
  let underWay: Promise<unknown> = Promise.resolve();

  const reloadNow = async (actor: Actor): Promise<Reloaded> => {
    const result = await certificate.reload();
    if (result.kind === "unchanged") return result;
    if (result.kind === "reloaded") {
      present(result.context);
      ports.log.info({ certificates: certificate.status() }, "certificates were renewed");
    } else ports.log.error({ why: result.why }, "a certificate was refused; the old one stays in use");
    await ports.store.transaction((tx) =>
      report(tx, actor, "certificate-reloaded", {
        outcome: result.kind === "refused" ? "refused" : "succeeded",
        detail:
          result.kind === "refused"
            ? { why: result.why }
            : { certificates: certificate.status().map(({ use, notAfterMs }) => ({ use, notAfterMs })) },
      }),
    );
    return result;
  };
  const reload: ReloadCertificates = (actor) => {
    const next = underWay.then(() => reloadNow(actor));
    underWay = next.catch(() => undefined);
    return next;
  };

  const look = async () => {
    if (await certificate.changed()) await reload({ name: "server" });
    for (const { use, source, notAfterMs } of certificate.status()) {
      if (ports.clock.now() < notAfterMs - warnBeforeMs) continue;
      await ports.store.transaction((tx) =>
        raiseAlert(ports, tx, {
          kind: "certificate-expiring",
          userId: null,
          endpointId: null,
          detail: { serverId: ports.server.id, use, source, notAfterMs },
        }),
      );
    }
  };
  return {
    reload,
    start(everyMs = lookEveryMs) {
      timer = setInterval(() => {
        look().catch((err) => ports.log.error({ err }, "looking at the certificates failed"));
      }, everyMs);
      timer.unref();
    },
    stop() {
      if (timer !== null) clearInterval(timer);
    },
  };
}
