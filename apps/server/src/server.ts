import { availableParallelism } from "node:os";
import type { FastifyInstance } from "fastify";
import type { Logger } from "pino";
import { pino } from "pino";
import { createApiKeys } from "./app/api-keys.ts";
import { relyingPartyOf } from "./app/authenticators/relying-party.ts";
import { noBreachedPasswords } from "./app/breached-passwords.ts";
import { createMasterKeyRotation } from "./app/master-key/rotation.ts";
import type { PasswordKdf } from "./app/password-queue.ts";
import { argon2id, createPasswordQueue } from "./app/password-queue.ts";
import type { AppPorts } from "./app/ports.ts";
import { systemEntropy } from "./app/ports.ts";
import type { Sessions } from "./app/sessions/sessions.ts";
import { createSessions } from "./app/sessions/sessions.ts";
import type { Setup } from "./app/setup.ts";
import { createSetup } from "./app/setup.ts";
import { createDefaultPolicy } from "./app/sign-in/default-policy.ts";
import { createSignIns } from "./app/sign-in/sign-in.ts";
import { serverVersion } from "./app/version.ts";
import { openBreachedPasswords } from "./breached-passwords/breached-passwords.ts";
import { openServerCertificate, urlHost } from "./certificate-authority/server-certificate.ts";
import type { ServerConfig } from "./config.ts";
import { assumedName, isLoopback, ownNames, unsafe, webNames } from "./config.ts";
import { createCatcher } from "./delivery/catcher.ts";
import { createOutbox } from "./delivery/outbox.ts";
import { createPushDelivery } from "./delivery/web-push.ts";
import { createConnectionLog } from "./events/connections.ts";
import { createLiveHub } from "./events/live-hub.ts";
import { createPhoneHub } from "./events/phone-hub.ts";
import { createStreamHub } from "./events/stream-hub.ts";
import { createGate } from "./http/access.ts";
import { createApplication } from "./http/application.ts";
import type { WebApp } from "./http/browser.ts";
import { createEntrances } from "./http/entrances.ts";
import { createListener } from "./http/listener.ts";
import { createMalformedRequests } from "./http/malformed-requests.ts";
import { createRateLimits } from "./http/rate-limit.ts";
import type { Route } from "./http/route.ts";
import { everyRoute } from "./http/routes/every-route.ts";
import { createBrowsers } from "./http/web/browsers.ts";
import { builtApp, staticFiles } from "./http/web/static-files.ts";
import { currentEpoch } from "./keys/key-manifest.ts";
import { openLookupMac } from "./keys/lookup-key.ts";
import type { MasterKeySource, MasterKeys } from "./keys/master-key.ts";
import { loadMasterKeys, newMasterKey } from "./keys/master-key.ts";
import { createSecrets } from "./keys/secrets.ts";
import { openServerKeys } from "./keys/server-keys.ts";
import { openStatementSigner } from "./keys/statement-keys.ts";
import { openVapidKey } from "./keys/vapid-key.ts";
import { makeBackup } from "./operations/backup/make-backup.ts";
import { finishRestore } from "./operations/backup/restored-store.ts";
import { createCertificateWatch } from "./operations/certificate-watch.ts";
import { enterpriseFigures } from "./operations/enterprise-figures.ts";
import { prepareStore } from "./operations/first-start.ts";
import { createHousekeeping } from "./operations/housekeeping.ts";
import { measuredStore } from "./operations/measured-store.ts";
import type { Metrics } from "./operations/metrics.ts";
import { createMetrics } from "./operations/metrics.ts";
import { prepareStateDir, serverIdentity } from "./operations/server-identity.ts";
import { removeSetupFile, writeSetupFile } from "./operations/setup-file.ts";
import { forwardedStore } from "./operations/syslog/forwarded-store.ts";
import { openSyslog } from "./operations/syslog/open-syslog.ts";
import { UnsafeStart } from "./operations/unsafe-start.ts";
import { openStore } from "./store/open-store.ts";
import type { Store } from "./store/store.ts";

/** What tests, simulation and demo may bring instead of the real thing. */
export type ServerPorts = {
  readonly clock?: { now(): number };
  readonly entropy?: (bytes: number) => Uint8Array;
  readonly kdf?: PasswordKdf;
  readonly store?: Store;
  readonly masterKeys?: MasterKeys;
  readonly log?: Logger;
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Requests that may wait for Argon2id, by default 64 for each core. */
  readonly passwordPlaces?: number;
  /** Where connections come from, if not from a socket of this machine. */
  readonly createListener?: typeof createListener;
};

export type HoldfastServer = {
  /** Answers without a socket by `app.inject()`. */
  readonly app: FastifyInstance;
  /** The same at the web apps' origins; null where they are not served. */
  readonly web: Readonly<Record<WebApp, FastifyInstance | null>>;
  readonly ports: AppPorts;
  readonly setup: Setup;
  readonly sessions: Sessions;
  /** Where the API listens. */
  apiPort(): number;
  /** Every route with who may call it. */
  readonly routes: readonly Route[];
  /** Reads given certificates again, as the API does; what is refused is in the log and in the audit. */
  reloadCertificates(): Promise<void>;
  /** Listens; `setupToken` is there as long as there is no administrator. */
  start(): Promise<Started>;
  stop(): Promise<void>;
};

export type Started = {
  readonly url: string;
  /** Where browsers find the web apps; null: not served here. */
  readonly console: string | null;
  readonly portal: string | null;
  readonly authenticator: string | null;
  readonly setup: { readonly url: string; readonly expiresAtMs: number } | null;
};

const stopGraceMs = 5_000;
/** Phones sleep; what is told them does not wait for a heartbeat, which only keeps the connection known. */
const phoneHeartbeatSeconds = 25;

export async function createServer(config: ServerConfig, given: ServerPorts = {}): Promise<HoldfastServer> {
  const wrong = unsafe(config);
  if (wrong) throw new UnsafeStart(wrong);
  const clock = given.clock ?? { now: () => Date.now() };
  const entropy = given.entropy ?? systemEntropy;
  const log = given.log ?? pino({ level: "silent" });
  if (config.stateDir !== null) await prepareStateDir(config.stateDir);
  const serverId = await serverIdentity(config.stateDir, entropy);
  const told: { metrics: Metrics | null } = { metrics: null };
  const opened =
    given.store ??
    (await openStore({
      location: config.store,
      now: () => clock.now(),
      serverId,
      writerEnded: (cause) =>
        log.error(
          { err: cause },
          "the thread that writes the store has ended; the next sign-in starts it again",
        ),
    }));
  const syslog = await openSyslog(config.syslog, serverId, log);
  const forwarded = syslog === null ? opened : forwardedStore(opened, syslog.take);
  const store = measuredStore(forwarded, (...commit) => told.metrics?.committed(...commit));
  const prepared = await prepareStore(store, config.demo);
  if (prepared.kind === "refused") throw new UnsafeStart(prepared.why);
  // Where a restore was killed half way.
  await finishRestore(store);

  const loaded = given.masterKeys
    ? { keys: given.masterKeys, source: null }
    : await masterKeys(config.stateDir, given.env ?? process.env);
  const { keys } = loaded;
  const secrets = createSecrets(keys, await store.read(currentEpoch));
  const [names, assumed] = [ownNames(config), assumedName(config)];
  const certificate = await openServerCertificate(
    config.tls,
    { names: [...new Set([...names, ...webNames(config)])], further: config.authorityNames, assumed },
    store,
    secrets,
    clock,
    webNames(config),
  );
  const signer = await openServerKeys(store, secrets, [certificate.authorityPin()], () => clock.now());
  const statements = await openStatementSigner(store, secrets);
  const cores = availableParallelism();
  const kdf = createPasswordQueue(given.kdf ?? argon2id, {
    atOnce: cores,
    places: given.passwordPlaces ?? 64 * cores,
  });
  const { site, heartbeatSeconds } = config;
  const connections = createConnectionLog({ store, serverId, now: () => clock.now(), log });
  const connectionChanged = connections.changed;
  const live = createLiveHub({ store, log });
  const hub = createStreamHub({ store, serverId, site, heartbeatSeconds, log, connectionChanged });

  const phoneHub = createPhoneHub({ store, heartbeatSeconds: phoneHeartbeatSeconds, log });

  const entrances = createEntrances(config, given.createListener ?? createListener);
  const ownUrl = (host: string) =>
    `${config.tls.kind === "none" ? "http" : "https"}://${urlHost(host)}:${entrances.apiPort()}`;
  const breached =
    config.breachedPasswordsFile === null || config.stateDir === null
      ? null
      : openBreachedPasswords(config.breachedPasswordsFile, config.stateDir, log);
  const outbox = createOutbox(log);
  const pushDelivery = createPushDelivery({
    store,
    log,
    vapid: await openVapidKey(store, secrets),
    services: config.webPushServices,
    contact: () => config.publicUrl ?? ownUrl(names[0] ?? assumed ?? "localhost"),
  });
  const ports: AppPorts = {
    store,
    clock,
    entropy,
    kdf,
    secrets,
    breachedPasswords: breached ?? noBreachedPasswords,
    delivery: {
      outbox,
      catcher: config.demo ? createCatcher() : null,
      went: (channel, delivered) => told.metrics?.message(channel, delivered),
    },
    lookupMac: await openLookupMac(store, secrets, entropy),
    relyingParty: (name) => relyingPartyOf(entrances.originsOf(name), config.productName),
    signer,
    log,
    phones: {
      origin: () => entrances.originsOf("authenticator")[0] ?? null,
      wake: phoneHub.wake,
      drop: phoneHub.drop,
    },
    push: pushDelivery,
    wake: hub.wake,
    server: {
      id: serverId,
      site,
      failoverBetweenSites: config.failoverBetweenSites,
      heartbeatSeconds,
      productName: config.productName,
      // Changes with the authority.
      get authorityPin() {
        return certificate.authorityPin();
      },
      get authorityPem() {
        return certificate.authorityPem();
      },
      url: () => config.publicUrl ?? ownUrl(names[0] ?? assumed ?? "localhost"),
    },
  };

  let stopping = false;
  const { stateDir } = config;
  const masterKey = createMasterKeyRotation({
    store,
    secrets,
    keys,
    file: stateDir === null || loaded.source === null ? null : { stateDir, source: loaded.source },
    serverId,
    log,
    now: () => clock.now(),
  });
  const certificates = createCertificateWatch(ports, certificate, entrances.renew);
  const metrics = createMetrics({
    passwordQueue: kdf.waiting,
    streams: hub.streams,
    phoneStreams: phoneHub.streams,
    webPush: pushDelivery.figures,
    messagesWaiting: outbox.waiting,
    certificates: certificate.status,
    syslog: syslog?.figures ?? null,
    enterprise: () => enterpriseFigures(ports),
    server: { id: serverId, site, version: serverVersion },
  });
  told.metrics = metrics;
  const apiKeys = createApiKeys(ports);
  const setup = createSetup(ports, apiKeys, () =>
    openUp().catch((err) => log.error({ err }, "the configured address cannot be listened on")),
  );
  const signIns = createSignIns(ports, createDefaultPolicy(ports));
  const sessions = createSessions(ports);
  const browsers = createBrowsers(sessions);
  const routes = everyRoute({
    ports,
    metrics,
    signIns,
    sessions,
    browsers,
    apiKeys,
    setup,
    statements,
    hub,
    phoneHub,
    live,
    masterKey,
    certificate,
    reloadCertificates: certificates.reload,
    portalUrl: () => entrances.originsOf("portal")[0] ?? null,
    isStopping: () => stopping,
    backup:
      given.store !== undefined || config.store === ":memory:"
        ? null
        : (actor, secret, withMasterKeys) =>
            makeBackup(
              {
                store,
                location: config.store,
                masterKeys: withMasterKeys ? masterKey.keys() : null,
                now: clock.now,
              },
              actor,
              secret,
            ),
  });
  const gate = createGate(ports, apiKeys, browsers);
  const limits = config.rateLimits && createRateLimits(config.rateLimits, () => clock.now());
  const common = {
    limits,
    malformed: createMalformedRequests(ports),
    ports,
    routes,
    metrics,
    gate,
    overTls: config.tls.kind !== "none",
    trustedProxies: config.trustedProxies,
  };
  const app = createApplication({
    ...common,
    allowedHosts: config.demo ? ["localhost", "127.0.0.1", "[::1]", ...config.names] : null,
    web: null,
  });
  const webApp = (name: WebApp): FastifyInstance | null => {
    const origin = config[name];
    if (origin === null) return null;
    const files = staticFiles(origin.files ?? builtApp(name));
    const site = { app: name, origins: () => entrances.originsOf(name), files };
    return createApplication({ ...common, allowedHosts: null, web: { site, arrived: browsers.arrived } });
  };
  const web = {
    console: webApp("console"),
    portal: webApp("portal"),
    authenticator: webApp("authenticator"),
  };
  const housekeeping = createHousekeeping(ports, {
    url: ports.server.url,
    forgetSessions: sessions.forget,
  });

  /** After setup: from the loopback address to the configured one, and the token's file is gone. */
  async function openUp(): Promise<void> {
    if (config.stateDir !== null) await removeSetupFile(config.stateDir);
    await entrances.openUp();
  }

  return {
    app,
    web,
    ports,
    setup,
    sessions,
    apiPort: entrances.apiPort,
    routes,
    async reloadCertificates() {
      await certificates.reload({ name: "server-host" });
    },
    async start() {
      await Promise.all([app.ready(), ...Object.values(web).map((one) => one?.ready())]);
      const offer = await setup.open();
      const handlers = {
        api: app.routing,
        console: web.console?.routing ?? null,
        portal: web.portal?.routing ?? null,
        authenticator: web.authenticator?.routing ?? null,
      };
      await entrances.listen(handlers, await certificate.context(), offer !== null);
      const loopback = isLoopback(config.listen.host) ? config.listen.host : "127.0.0.1";
      if (config.stateDir !== null) {
        if (offer)
          await writeSetupFile(config.stateDir, {
            url: ownUrl(loopback),
            token: offer.token,
            authorityPin: certificate.authorityPin(),
            expiresAtMs: offer.expiresAtMs,
          });
        else await removeSetupFile(config.stateDir);
      }
      if (await signer.manifestWaits())
        log.warn("the key manifest is out of date, and the root key to sign the next one is kept elsewhere");
      await connections.start();
      await hub.start();
      await phoneHub.start();
      await housekeeping.start();
      certificates.start();
      masterKey.resume();
      // While nobody beyond this machine gets in, the console's own name leads nowhere.
      const setupAt = entrances.onThisMachine("console") ?? ownUrl(loopback);
      return {
        url: ports.server.url(),
        console: entrances.originsOf("console")[0] ?? null,
        portal: entrances.originsOf("portal")[0] ?? null,
        authenticator: entrances.originsOf("authenticator")[0] ?? null,
        setup: offer && { url: `${setupAt}/setup#${offer.token}`, expiresAtMs: offer.expiresAtMs },
      };
    },
    async stop() {
      stopping = true;
      hub.stop();
      phoneHub.stop();
      live.stop();
      await connections.stop();
      housekeeping.stop();
      certificates.stop();
      syslog?.stop();
      await masterKey.idle();
      await entrances.close(stopGraceMs);
      await outbox.stop(stopGraceMs);
      await pushDelivery.stop(stopGraceMs);
      await Promise.all([app.close(), ...Object.values(web).map((one) => one?.close())]);
      await breached?.close();
      await store.close();
    },
  };
}

async function masterKeys(
  stateDir: string | null,
  env: Readonly<Record<string, string | undefined>>,
): Promise<{ keys: MasterKeys; source: MasterKeySource | null }> {
  if (stateDir === null) return { keys: [newMasterKey()], source: null };
  return loadMasterKeys(stateDir, env);
}
