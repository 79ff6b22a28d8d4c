import { X509Certificate } from "node:crypto";
import { certificateList, certificateReload } from "@holdfast/protocol/operating-api";
import { ok, refused } from "../../app/outcome.ts";
import type { AppPorts } from "../../app/ports.ts";
import { announceSuccessor, readSuccessor } from "../../certificate-authority/authority.ts";
import type { ServerCertificate } from "../../certificate-authority/server-certificate.ts";
import type { ReloadCertificates } from "../../operations/certificate-watch.ts";
import { signManifest } from "../../operations/key-work.ts";
import type { Route } from "../route.ts";
import { administrator, freshAdministrator, route } from "../route.ts";

/** What this server presents; each server of an enterprise tells its own. */
export function certificateRoutes(
  ports: AppPorts,
  certificate: ServerCertificate,
  reload: ReloadCertificates,
): Route[] {
  const list = async () => ({
    serverId: ports.server.id,
    authorityPin: certificate.authorityPin(),
    authorityPem: certificate.authorityPem(),
    authorityNotAfterMs: Date.parse(new X509Certificate(certificate.authorityPem()).validTo),
    successor: await ports.store.read(readSuccessor),
    items: [...certificate.status()],
  });
  return [
    route(
      "GET",
      "/api/v1/certificates",
      administrator("properties.read"),
      { summary: "Tell which certificates this server presents, and until when", answer: certificateList },
      async () => ok(await list()),
    ),
    route(
      "POST",
      "/api/v1/certificates/reload",
      freshAdministrator("properties.keys"),
      { summary: "Read given certificates again, without a restart", answer: certificateReload },
      async ({ actor }) => {
        const result = await reload(actor);
        return result.kind === "refused"
          ? refused("conflict", `${result.why} The certificate in use stays.`)
          : ok({ kind: result.kind, certificates: await list() });
      },
    ),
    route(
      "POST",
      "/api/v1/certificates/authority/rotation",
      freshAdministrator("properties.keys"),
      {
        summary: "Announce a successor of Holdfast's own authority, which signs one maximum lease later",
        answer: certificateList,
        status: 202,
      },
      async ({ actor }) => {
        const { store, secrets, clock } = ports;
        const announced = await announceSuccessor(store, secrets, actor, clock.now());
        if (announced.kind === "refused") return refused("conflict", announced.why);
        // With the root key kept offline the manifest waits to be signed, and the successor with it.
        await signManifest(store, secrets, { rootKeyFile: null, rotateBundleKey: false }, actor);
        return ok(await list());
      },
    ),
  ];
}
