import type { ApiKeys } from "../../app/api-keys.ts";
import { createContacts } from "../../app/contact.ts";
import { createFirstAdministrator } from "../../app/first-administrator.ts";
import type { MasterKeyRotation } from "../../app/master-key/rotation.ts";
import type { AppPorts } from "../../app/ports.ts";
import { createAccessRequests } from "../../app/radius/access-requests.ts";
import { createBrowserSignIns } from "../../app/sessions/browser-sign-in.ts";
import type { Sessions } from "../../app/sessions/sessions.ts";
import type { Setup } from "../../app/setup.ts";
import type { SignIns } from "../../app/sign-in/sign-in.ts";
import { createOwnSignings } from "../../app/signing/own-signings.ts";
import type { ServerCertificate } from "../../certificate-authority/server-certificate.ts";
import { firstEnd } from "../../certificate-authority/server-certificate.ts";
import type { LiveHub } from "../../events/live-hub.ts";
import type { PhoneHub } from "../../events/phone-hub.ts";
import type { StreamHub } from "../../events/stream-hub.ts";
import type { StatementSigner } from "../../keys/statement-keys.ts";
import type { ReloadCertificates } from "../../operations/certificate-watch.ts";
import type { Metrics } from "../../operations/metrics.ts";
import { forgettingKeys } from "../changes-of-people.ts";
import type { Route } from "../route.ts";
import type { WebBrowsers } from "../web/browsers.ts";
import { administrationRoutes } from "./administration.ts";
import { auditExportRoutes } from "./audit-export.ts";
import { authenticatorRoutes } from "./authenticators.ts";
import type { MakeBackup } from "./backups.ts";
import { backupRoutes } from "./backups.ts";
import { bypassRoutes } from "./bypass.ts";
import { certificateRoutes } from "./certificates.ts";
import { endpointFacingRoutes } from "./endpoint-facing.ts";
import { lockRoutes } from "./lock.ts";
import { masterKeyRoutes } from "./master-key.ts";
import { meRoutes } from "./me.ts";
import { operationsRoutes } from "./operations.ts";
import { outageRoutes } from "./outage.ts";
import { peopleRoutes } from "./people.ts";
import { phoneFacingRoutes } from "./phone-facing.ts";
import { phoneRoutes } from "./phones.ts";
import { pushRoutes } from "./push.ts";
import { radiusRoutes } from "./radius.ts";
import { referenceRoutes } from "./reference.ts";
import { roleRoutes } from "./roles.ts";
import { senderRoutes } from "./senders.ts";
import { sessionRoutes } from "./session.ts";
import { setupRoutes } from "./setup.ts";
import { signInRoutes } from "./sign-ins.ts";
import { signingRoutes } from "./signing.ts";
import { temporaryCodeRoutes } from "./temporary-codes.ts";
import { tokenStockRoutes } from "./token-stock.ts";

/** What routes need besides the ports: each made once, when the server is put together. */
export type RouteParts = {
  readonly ports: AppPorts;
  readonly metrics: Metrics;
  readonly signIns: SignIns;
  readonly sessions: Sessions;
  readonly browsers: WebBrowsers;
  readonly apiKeys: ApiKeys;
  readonly setup: Setup;
  readonly statements: StatementSigner;
  readonly hub: StreamHub;
  readonly phoneHub: PhoneHub;
  readonly live: LiveHub;
  readonly masterKey: MasterKeyRotation;
  readonly certificate: ServerCertificate;
  readonly reloadCertificates: ReloadCertificates;
  readonly backup: MakeBackup;
  /** Null: not served here. */
  readonly portalUrl: () => string | null;
  readonly isStopping: () => boolean;
};

/** All that can be asked of a server, of every kind of caller; what is served at which origin is the application's question. */
export function everyRoute(parts: RouteParts): Route[] {
  const { ports, metrics, signIns, sessions, browsers, apiKeys, statements, certificate, portalUrl } = parts;
  const routes: Route[] = [
    ...signInRoutes(signIns, metrics),
    ...sessionRoutes(ports, createBrowserSignIns(ports, signIns, sessions), sessions, browsers, metrics),
    ...radiusRoutes(ports, apiKeys, createAccessRequests(ports, signIns, portalUrl), metrics),
    ...signingRoutes(ports, createOwnSignings(ports, signIns, statements), statements, portalUrl, metrics),
    ...meRoutes(ports),
    ...endpointFacingRoutes(ports, createContacts(ports), parts.hub),
    ...authenticatorRoutes(ports),
    ...phoneRoutes(ports),
    ...phoneFacingRoutes(ports, parts.phoneHub),
    ...senderRoutes(ports),
    ...tokenStockRoutes(ports),
    ...temporaryCodeRoutes(ports),
    ...pushRoutes(ports),
    ...bypassRoutes(ports),
    ...forgettingKeys(apiKeys.forget, [...peopleRoutes(ports), ...lockRoutes(ports), ...roleRoutes(ports)]),
    ...outageRoutes(ports, parts.live),
    ...administrationRoutes(ports, apiKeys),
    ...setupRoutes(parts.setup, createFirstAdministrator(ports, parts.setup), sessions, browsers),
    ...auditExportRoutes(ports),
    ...masterKeyRoutes(ports, parts.masterKey),
    ...certificateRoutes(ports, certificate, parts.reloadCertificates),
    ...backupRoutes(ports, parts.backup),
    ...operationsRoutes(ports, metrics, parts.isStopping, () => firstEnd(certificate.status())),
    ...referenceRoutes(() => routes),
  ];
  return routes;
}
