import { createHash, randomUUID } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Answer } from "@holdfast/cli/frame/outcome";
import type { Api } from "@holdfast/cli/transport/api";
import type { TrustedKeys } from "@holdfast/envelope/documents";
import { verifySigningStatement } from "@holdfast/envelope/signing-statement";
import { signingCreated, signingView } from "@holdfast/protocol/signing-api";

/**
 * An application that has orders signed: a page where somebody writes one, and a page that waits for the signature and
 * verifies it. It knows its API key and the server's public keys, and nothing else.
 */
export type OrderEntry = { readonly url: string; stop(): Promise<void> };

type Order = { readonly text: string; readonly userName: string };

const mostOrders = 100;
const longestOrder = 4_000;

/** On the loopback address, at a port of the system's choice. */
export async function startOrderEntry(api: Api, keys: TrustedKeys): Promise<OrderEntry> {
  const orders = new Map<string, Order>();
  const server = createServer((request, response) => {
    answer(request, response).catch((error) => {
      send(response, 500, page("Something went wrong", `<p>${escaped(String(error))}</p>`));
    });
  });

  const answer = async (request: IncomingMessage, response: ServerResponse) => {
    // Only by its own name, and forms only from its own page: other sites in the same browser get nothing.
    const host = request.headers.host ?? "";
    const foreign = request.method === "POST" && request.headers.origin !== `http://${host}`;
    if (host !== new URL(url()).host || foreign) return send(response, 403, page("Not from here", ""));
    const path = request.url ?? "/";
    if (request.method === "GET" && path === "/") return send(response, 200, writePage);
    if (request.method === "POST" && path === "/orders") return order(request, response);
    const id = /^\/orders\/([A-Za-z0-9_-]{1,64})$/.exec(path)?.[1];
    const known = id === undefined ? undefined : orders.get(id);
    if (id === undefined || known === undefined) return send(response, 404, page("No such order", ""));
    return send(response, 200, await orderPage(id, known));
  };

  const order = async (request: IncomingMessage, response: ServerResponse) => {
    const form = new URLSearchParams(await bodyOf(request));
    // Forms end their lines with CR LF (URL Standard §5.2).
    const text = form.get("text")?.replaceAll("\r\n", "\n").trim() ?? "";
    const userName = form.get("userName")?.trim() ?? "";
    const title = text.split("\n")[0]?.slice(0, 200) ?? "";
    const asked = await api.send(
      signingCreated,
      "POST",
      "/signings",
      { userName, digest: digestOf(text), documentTitle: title, requestId: randomUUID() },
      { doing: "ask for the signature" },
    );
    if (asked.kind === "refused") return send(response, 409, page("Not sent", refusal(asked)));
    if (orders.size >= mostOrders) orders.clear();
    orders.set(asked.value.id, { text, userName });
    response.writeHead(303, { location: `/orders/${asked.value.id}` }).end();
  };

  const orderPage = async (id: string, { text, userName }: Order): Promise<string> => {
    const read = await api.get(signingView, `/signings/${id}`, { doing: "say how the order stands" });
    if (read.kind === "refused") return page("Order", refusal(read));
    const { status, url: signAt, statement } = read.value;
    const shown = `<pre>${escaped(text)}</pre>`;
    if (status === "pending")
      return page(
        "Waits for a signature",
        `${shown}<p><a href="${escaped(signAt)}" target="_blank" rel="noopener">${escaped(userName)} signs it at the portal</a></p>`,
        true,
      );
    if (statement === null) return page(`Order ${status}`, shown);
    const verified = await verifySigningStatement(statement, keys);
    const same = verified.kind === "ok" && verified.statement.order.document.sha256 === digestOf(text);
    return page(
      same ? "Signed, and verified here" : "The signature is not good",
      `${shown}<pre>${escaped(JSON.stringify(verified, null, 2))}</pre><h2>The statement (JWS)</h2><pre>${escaped(statement)}</pre>`,
    );
  };

  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = () => `http://localhost:${(server.address() as AddressInfo).port}`;
  return {
    url: url(),
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function digestOf(text: string): string {
  return createHash("sha256").update(text).digest("base64url");
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  let text = "";
  for await (const chunk of request.setEncoding("utf8")) {
    text += chunk;
    if (text.length > 3 * longestOrder) throw new Error("this order is too long");
  }
  return text;
}

function send(response: ServerResponse, status: number, html: string): void {
  response
    .writeHead(status, {
      "content-type": "text/html; charset=utf-8",
      "content-security-policy": "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'",
      "cache-control": "no-store",
      "x-content-type-options": "nosniff",
    })
    .end(html);
}

function refusal({ what, why, next }: Extract<Answer<unknown>, { kind: "refused" }>): string {
  return [what, why, next].map((text) => (text ? `<p>${escaped(text)}</p>` : "")).join("");
}

function page(title: string, content: string, again = false): string {
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>${escaped(title)} · Order entry</title>
${again ? '<meta http-equiv="refresh" content="3">' : ""}
<style>body{font:16px/1.5 system-ui,sans-serif;max-width:46rem;margin:2rem auto;padding:0 1rem}
pre{white-space:pre-wrap;overflow-wrap:anywhere;background:#eef2f3;color:#12262c;padding:.8rem;border-radius:6px}
textarea,input,button{font:inherit;width:100%;box-sizing:border-box;margin:.3rem 0 1rem;padding:.5rem}</style></head>
<body><p>Order entry, an application of the demo</p><h1>${escaped(title)}</h1>${content}<p><a href="/">Another order</a></p></body></html>`;
}

const writePage = page(
  "Write an order",
  `<form method="post" action="/orders">
<label>Order<textarea name="text" rows="4" maxlength="${longestOrder}" required>Morphine 5 mg i. v. for bed 7</textarea></label>
<label>Signed by<input name="userName" value="nora" required></label>
<button>Have it signed</button></form>`,
);

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
