import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

/** A gateway for short messages of a test's own, on loopback: it takes JSON of `to` and `message`. */
export interface MessageGateway extends AsyncDisposable {
  readonly url: string;
  readonly messages: readonly {
    readonly to: string;
    readonly message: string;
    readonly authorization: string;
  }[];
  /** The code of the newest message to this number, once it has come. */
  codeFor(number: string): Promise<string>;
}

const longestWaitMs = 10_000;

export async function startMessageGateway(): Promise<MessageGateway> {
  const messages: { to: string; message: string; authorization: string }[] = [];
  const read = new Set<(typeof messages)[number]>();
  const server = createServer(async (request, response) => {
    let body = "";
    for await (const part of request) body += part;
    messages.push({ ...JSON.parse(body), authorization: request.headers.authorization ?? "" });
    response.writeHead(202).end();
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/messages`,
    messages,
    async codeFor(number) {
      for (const until = Date.now() + longestWaitMs; Date.now() < until; ) {
        const found = messages.findLast((one) => one.to === number && !read.has(one));
        const code = /: (\d{6,8}) is /.exec(found?.message ?? "")?.[1];
        if (found && code !== undefined) {
          read.add(found);
          return code;
        }
        await new Promise((wait) => setTimeout(wait, 20));
      }
      throw new Error(`no code for ${number} within ${longestWaitMs} ms`);
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
    },
  };
}
