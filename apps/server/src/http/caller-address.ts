import type { IncomingMessage } from "node:http";
import { isIP } from "node:net";
import proxyAddr, { compile } from "@fastify/proxy-addr";
import type { FastifyInstance } from "fastify";
import { isLoopback } from "../config.ts";

declare module "fastify" {
  interface FastifyRequest {
    /** Of the machine that asks: the socket's, or what proxies that are trusted say of it. */
    readonly callerAddress: string;
    /** Whether that is the machine on which this server runs. */
    readonly isFromThisMachine: boolean;
  }
}

/**
 * Who asks, behind proxies or not. `X-Forwarded-For` is believed of the proxies that are trusted and of nobody else, from the
 * last entry back to the first that is none of them: anybody can write the others.
 */
export function tellCallerAddress(app: FastifyInstance, trustedProxies: readonly string[]): void {
  const isTrusted = compile([...trustedProxies]);
  const addressOf = (request: IncomingMessage) => {
    // Whoever has hung up has no address any more.
    if (request.socket.remoteAddress === undefined) return "";
    const told = plain(proxyAddr(request, isTrusted));
    // A trusted proxy that writes something else: then it is the last address that is known.
    return isIP(told) === 0 ? plain(request.socket.remoteAddress) : told;
  };
  app.decorateRequest("callerAddress", {
    getter() {
      return addressOf(this.raw);
    },
  });
  app.decorateRequest("isFromThisMachine", {
    getter() {
      // Whatever a proxy says of where its caller is: 127.0.0.1 at another machine's proxy is that machine.
      const forwarded = told.some((header) => this.headers[header] !== undefined);
      return !forwarded && isLoopback(plain(this.raw.socket.remoteAddress ?? ""));
    },
  });
}

/** By one of these a proxy says that there is one. */
const told = [
  "x-forwarded-for",
  "forwarded",
  "x-forwarded-host",
  "x-forwarded-proto",
  "x-real-ip",
  "via",
] as const;

function plain(address: string): string {
  return address.replace(/^::ffff:(?=\d+\.)/i, "");
}
