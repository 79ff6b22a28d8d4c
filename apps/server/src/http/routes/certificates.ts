import { X509Certificate } from "node:crypto";
import { certificateList, certificateReload } from "@holdfast/protocol/operating-api";
import { ok, refused } from "../../app/outcome.ts";
import type { AppPorts } from "../../app/ports.ts";
import type { ServerCertificate } from "../../certificate-authority/server-certificate.ts";
import type { ReloadCertificates } from "../../operations/certificate-watch.ts";
import type { Route } from "../route.ts";
import { administrator, freshAdministrator, route } from "../route.ts";

/** What this server presents; each server of an enterprise tells its own. */
export function certificateRoutes(
  { server }: AppPorts,
  certificate: ServerCertificate,
  reload: ReloadCertificates,
): Route[] {
  const list = () => ({
    serverId: server.id,
    authorityPin: certificate.authorityPin,
    authorityNotAfterMs: Date.parse(new X509Certificate(certificate.authorityPem).validTo),
    items: [...certificate.status()],
  });
  return [
    route(
      "GET",
      "/api/v1/certificates",
      administrator("properties.read"),
      { summary: "Tell which certificates this server presents, and until when", answer: certificateList },
      async () => ok(list()),
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
          : ok({ kind: result.kind, certificates: list() });
      },
    ),
  ];
}
