import { readFile, writeFile } from "node:fs/promises";
import { connect } from "node:net";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { runOk, start } from "./process.ts";
import { temporaryDirectory } from "./temporary-directory.ts";

const shipped = fileURLToPath(new URL("../../deploy/haproxy/holdfast.cfg", import.meta.url));

/**
 * HAProxy with the configuration that is shipped, with this machine's places in it. What it asks of the server comes from
 * another address of this machine, so that it can be told from its clients.
 */
export async function startHaProxy(options: {
  readonly port: number;
  /** Certificate, its chain and its key (PEM). */
  readonly identity: string;
  readonly serverPort: number;
  /** PEM. */
  readonly serverAuthority: string;
  readonly asks: string;
}): Promise<AsyncDisposable> {
  const stack = new AsyncDisposableStack();
  const directory = stack.use(await temporaryDirectory("haproxy"));
  const file = (name: string) => join(directory.path, name);
  await writeFile(file("identity.pem"), options.identity);
  await writeFile(file("authority.pem"), options.serverAuthority);
  const places: readonly (readonly [string, string])[] = [
    ["bind :443 ", `bind 127.0.0.1:${options.port} `],
    ["/etc/haproxy/holdfast.pem", file("identity.pem")],
    ["/etc/haproxy/holdfast-authority.pem", file("authority.pem")],
    ["127.0.0.1:8443 ", `127.0.0.1:${options.serverPort} source ${options.asks} `],
  ];
  let text = await readFile(shipped, "utf8");
  for (const [written, here] of places) {
    if (!text.includes(written)) throw new Error(`${shipped} has no "${written}" any more`);
    text = text.replaceAll(written, here);
  }
  await writeFile(file("holdfast.cfg"), text);
  await runOk("haproxy", ["-c", "-f", file("holdfast.cfg")]);
  const proxy = stack.use(await start("haproxy", ["-db", "-f", file("holdfast.cfg")]));
  while (!(await listens(options.port))) {
    if (proxy.exit !== null) throw new Error(`HAProxy ended: ${proxy.output}`);
    await sleep(20);
  }
  return stack;
}

function listens(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1", () => socket.end(() => resolve(true)));
    socket.once("error", () => resolve(false));
  });
}
