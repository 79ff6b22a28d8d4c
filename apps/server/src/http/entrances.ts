import type { IncomingMessage, RequestListener } from "node:http";
import type { SecureContextOptions } from "node:tls";
import { urlHost } from "../certificate-authority/server-certificate.ts";
import type { ServerConfig, WebOriginConfig } from "../config.ts";
import { assumedName, isLoopback, ownNames } from "../config.ts";
import { type WebApp, webApps } from "./browser.ts";
import type { createListener, Listener } from "./listener.ts";

export type Handlers = { readonly api: RequestListener } & Readonly<Record<WebApp, RequestListener | null>>;

/** Every socket that the server listens on: the API's, and those of the web apps or their names on the API's. */
export type Entrances = {
  /** `closed`: there is no administrator yet, and nobody beyond this machine gets in (DESIGN §7, promise 5). */
  listen(handlers: Handlers, context: SecureContextOptions | null, closed: boolean): Promise<void>;
  /** From the loopback address to the configured ones. */
  openUp(): Promise<void>;
  renew(context: SecureContextOptions): void;
  close(graceMs: number): Promise<void>;
  apiPort(): number;
  /** Under which the app is reached, the one that is told to people first; none where it is not served. */
  originsOf(app: WebApp): readonly string[];
  /** Where a browser of this machine finds it, whatever the names are; null: only by its name. */
  onThisMachine(app: WebApp): string | null;
};

type Open = { readonly listener: Listener; readonly host: string; isOpen: boolean };

/** Where the apps listen, from the API's port on, if nobody says. */
const portAfterApi: Readonly<Record<WebApp, number>> = { console: 1, portal: 2, authenticator: 3 };

export function createEntrances(config: ServerConfig, create: typeof createListener): Entrances {
  const open: Open[] = [];
  let api: Listener | null = null;
  /** By app: its own listener, or one on the loopback address for the first start. */
  const own = new Map<WebApp, Listener>();
  const apiScheme = config.tls.kind === "none" ? "http" : "https";
  /** The demo's pages are there for any browser of this machine, which knows nothing of the demo's own authority. */
  const webScheme = config.demo ? "http" : apiScheme;

  const originsOf = (app: WebApp): string[] => {
    const origin = config[app];
    if (origin === null) return [];
    const port = own.get(app)?.port();
    const listening =
      port === undefined ? [] : namesOf(origin, config).map((name) => originOf(webScheme, name, port));
    return [...new Set([...(origin.url === null ? [] : [new URL(origin.url).origin]), ...listening])];
  };

  const start = async (
    handler: RequestListener,
    context: SecureContextOptions | null,
    host: string,
    ports: readonly number[],
    closed: boolean,
  ): Promise<Listener> => {
    const listener = create(handler, context);
    const now = closed && !isLoopback(host) ? "127.0.0.1" : host;
    await firstFree(ports, (port) => listener.listen(now, port));
    open.push({ listener, host, isOpen: now === host });
    return listener;
  };

  return {
    originsOf,
    onThisMachine(app) {
      const port = own.get(app)?.port();
      return port === undefined ? null : originOf(webScheme, "localhost", port);
    },
    apiPort: () => api?.port() || config.listen.port,
    async listen(handlers, context, closed) {
      const shared = webApps.filter((app) => isShared(config[app]));
      const choose: RequestListener = (request, response) => {
        const app = shared.find((one) => isFor(request, originsOf(one)));
        const handler = app === undefined ? handlers.api : (handlers[app] ?? handlers.api);
        handler(request, response);
      };
      const { host, port } = config.listen;
      api = await start(shared.length === 0 ? handlers.api : choose, context, host, [port], closed);
      const webContext = webScheme === "http" ? null : context;
      for (const app of webApps) {
        const [origin, handler] = [config[app], handlers[app]];
        if (origin === null || handler === null) continue;
        if (origin.listen !== null) {
          own.set(app, await start(handler, webContext, origin.listen.host, [origin.listen.port], closed));
        } else if (!isShared(origin) || (closed && app === "console")) {
          // Under its own name the console cannot be reached yet, and the first administrator is made there.
          const wanted = port === 0 || isShared(origin) ? [0] : [api.port() + portAfterApi[app], 0];
          const loopback = isLoopback(host) ? host : "127.0.0.1";
          own.set(app, await start(handler, webContext, loopback, wanted, closed));
        }
      }
    },
    async openUp() {
      for (const one of open) {
        if (one.isOpen) continue;
        await one.listener.moveTo(one.host);
        one.isOpen = true;
      }
    },
    renew(context) {
      for (const { listener } of open) listener.renew(context);
    },
    async close(graceMs) {
      await Promise.all(open.splice(0).map(({ listener }) => listener.close(graceMs)));
    },
  };
}

/** A URL without a listener of its own: that name on the API's. */
function isShared(origin: WebOriginConfig | null): boolean {
  return origin !== null && origin.url !== null && origin.listen === null;
}

function namesOf({ listen }: WebOriginConfig, config: ServerConfig): string[] {
  const loopback = ["localhost", "127.0.0.1", "::1"];
  if (listen === null || isLoopback(listen.host)) return loopback;
  const assumed = assumedName({ ...config, listen });
  return [...new Set([...ownNames(config), ...(assumed === null ? [] : [assumed]), ...loopback])];
}

function originOf(scheme: string, name: string, port: number): string {
  return new URL(`${scheme}://${urlHost(name)}:${port}`).origin;
}

function isFor({ headers: { host } }: IncomingMessage, origins: readonly string[]): boolean {
  return (
    host !== undefined &&
    origins.some((origin) => {
      const { protocol, host: own } = new URL(origin);
      return URL.canParse(`${protocol}//${host}`) && new URL(`${protocol}//${host}`).host === own;
    })
  );
}

/** A port that was not asked for by name may be another program's. */
async function firstFree(
  ports: readonly number[],
  listen: (port: number) => Promise<unknown>,
): Promise<void> {
  for (const [index, port] of ports.entries()) {
    try {
      await listen(port);
      return;
    } catch (error) {
      const taken = error instanceof Error && "code" in error && error.code === "EADDRINUSE";
      if (!taken || index === ports.length - 1) throw error;
    }
  }
}
