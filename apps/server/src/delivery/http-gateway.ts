import { type ClientRequest, request as httpRequest } from "node:http";
import { request as httpsRequest } from "node:https";
import type { Delivered, Message } from "./message.ts";
import { deliveryTimeoutMs, told } from "./message.ts";

export type HttpGateway = {
  readonly url: string;
  readonly contentType: "application/json" | "application/x-www-form-urlencoded" | "text/plain";
  /** With {{to}} and {{text}} in it. */
  readonly body: string;
  readonly secretHeader: string | null;
  readonly authority: string | null;
};

/** Posts one message to a gateway; any answer from 200 to 299 means that it was taken. Redirections are not followed. */
export function sendByGateway(
  gateway: HttpGateway,
  secret: string | null,
  message: Message,
): Promise<Delivered> {
  const url = new URL(gateway.url);
  const body = filledIn(gateway, message);
  const ask = url.protocol === "https:" ? httpsRequest : httpRequest;
  return new Promise((resolve) => {
    const failed = (why: string) => resolve({ kind: "failed", why: told(why, message, secret) });
    let request: ClientRequest;
    try {
      request = ask(
        url,
        {
          method: "POST",
          headers: {
            "content-type": `${gateway.contentType}; charset=utf-8`,
            "content-length": Buffer.byteLength(body),
            ...(gateway.secretHeader === null || secret === null ? {} : { [gateway.secretHeader]: secret }),
          },
          signal: AbortSignal.timeout(deliveryTimeoutMs),
          ...(gateway.authority === null ? {} : { ca: gateway.authority }),
        },
        (response) => {
          // What it says besides may repeat the message: nobody reads it.
          response.on("error", () => undefined).resume();
          const status = response.statusCode ?? 0;
          if (status >= 200 && status < 300) resolve({ kind: "sent" });
          else failed(`The gateway answered ${status}.`);
        },
      );
    } catch (error) {
      // A secret that no header can carry, or an authority that is none.
      return failed(error instanceof Error ? error.message : "unknown");
    }
    request.on("error", (error) => failed(error.message));
    request.end(body);
  });
}

/** The body with number and text in it, escaped so that neither can become anything else. */
export function filledIn(
  { body, contentType }: Pick<HttpGateway, "body" | "contentType">,
  message: Message,
): string {
  const escaped = (value: string): string => {
    switch (contentType) {
      case "application/json":
        return JSON.stringify(value).slice(1, -1);
      case "application/x-www-form-urlencoded":
        return encodeURIComponent(value);
      case "text/plain":
        return value;
    }
  };
  return body.replace(/\{\{(to|text)\}\}/g, (_, name: "to" | "text") => escaped(message[name]));
}
