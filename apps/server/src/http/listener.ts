import type { RequestListener, Server } from "node:http";
import { createServer as createHttpServer } from "node:http";
import { createServer as createHttpsServer } from "node:https";
import type { AddressInfo, Socket } from "node:net";
import type { SecureContextOptions, Server as TlsServer } from "node:tls";
import { answerHandshake, isHandshake } from "./web-sockets.ts";

/** One listening socket that can move to another address and take a new certificate while requests go on. */
export type Listener = {
  listen(host: string, port: number): Promise<number>;
  /**
   * Stops taking connections at the old address; those that are open finish there. Where the new one cannot be listened
   * on, it goes on at the old one and rejects.
   */
  moveTo(host: string): Promise<void>;
  renew(context: SecureContextOptions): void;
  close(graceMs: number): Promise<void>;
  readonly port: () => number;
};

/** Slow or silent clients are cut off: headers within 10 s, a whole request within 60 s. */
const limits = { headersTimeout: 10_000, requestTimeout: 60_000, keepAliveTimeout: 65_000 };
const upgrades = { shouldUpgradeCallback: isHandshake };

/**
 * A certificate is asked for, and whatever is shown is taken: what one is worth is the route's question, which knows the
 * few it looks for by their hash (http/access.ts). No name of an authority is told, so that browsers offer none.
 */
const clientCertificates = { requestCert: true, rejectUnauthorized: false };

export function createListener(handler: RequestListener, context: SecureContextOptions | null): Listener {
  let current: SecureContextOptions | null = context;
  const servers: (Server & Partial<Pick<TlsServer, "setSecureContext">>)[] = [];
  // Node counts those among what `close` waits for, and not among what `closeAllConnections` ends.
  const upgraded = new Set<Socket>();
  function forget(this: Socket): void {
    upgraded.delete(this);
  }
  let at = "";
  let port = 0;

  const bind = async (host: string, wanted: number): Promise<void> => {
    const server: Server =
      current === null
        ? createHttpServer({ ...limits, ...upgrades }, handler)
        : createHttpsServer({ ...limits, ...upgrades, ...clientCertificates, ...current }, handler);
    server.on("upgrade", (request, stream, head) => {
      const socket = stream as Socket;
      upgraded.add(socket);
      socket.on("close", forget);
      answerHandshake(handler, request, socket, head);
    });
    await new Promise<void>((resolve, reject) => {
      server.once("error", reject);
      server.listen(wanted, host, () => {
        server.removeListener("error", reject);
        resolve();
      });
    });
    servers.push(server);
    at = host;
    port = (server.address() as AddressInfo).port;
  };

  return {
    async listen(host, wanted) {
      await bind(host, wanted);
      return port;
    },
    async moveTo(host) {
      const before = at;
      for (const server of servers) server.close();
      try {
        await bind(host, port);
      } catch (error) {
        await bind(before, port);
        throw error;
      }
    },
    renew(next) {
      current = next;
      for (const server of servers) server.setSecureContext?.(next);
    },
    async close(graceMs) {
      const closing = servers.splice(0).map(
        (server) =>
          new Promise<void>((resolve) => {
            server.close(() => resolve());
            server.closeIdleConnections();
            setTimeout(() => server.closeAllConnections(), graceMs).unref();
          }),
      );
      setTimeout(() => {
        for (const socket of upgraded) socket.destroy();
      }, graceMs).unref();
      await Promise.all(closing);
    },
    port: () => port,
  };
}
