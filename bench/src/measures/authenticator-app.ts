import { globSync, statSync } from "node:fs";
import { type AddressInfo, connect, createServer, type Server } from "node:net";
import { join } from "node:path";
import {
  Handset,
  keptOnPhone,
  paste,
  qrPicture,
  setUpByPin,
  unlockByPin,
} from "@holdfast/e2e/phones/handset";
import { shownAfterMs } from "@holdfast/e2e/rig/browser";
import { freePort } from "@holdfast/e2e/rig/ports";
import { type Measure, measured, notRun } from "../measure.ts";
import { type Needs, repositoryRoot, unmet } from "../needs.ts";
import { described, samples } from "../rounds.ts";

const browserNeeds: Needs = { machine: ["chromium"], packages: ["chromium"] };
const totp = "otpauth://totp/Clinic:ada?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Clinic";

/** What a phone fetches that has never had the app, to its service worker's last file; and the app with its server gone. */
export const authenticatorApp: Measure = {
  figures: [
    {
      name: "authenticator-transfer",
      measure: "the whole authenticator app over the wire, brotli, without the scanner",
      unit: "kB",
      bar: { atMost: 200 },
    },
    {
      name: "authenticator-offline-start",
      measure: "authenticator app reloaded with its server stopped, until it takes the PIN",
      unit: "s",
      bar: { atMost: 1 },
    },
    {
      name: "authenticator-unlock",
      measure: "from the PIN's Enter to the codes (one Argon2id of 64 MiB in the browser)",
      unit: "s",
      bar: null,
    },
  ],
  async run(context) {
    const why = await unmet(browserNeeds);
    if (why !== null) return notRun(why);
    const port = await freePort();
    await using wire = await countedWire(port);
    await using handset = await Handset.start({ port, url: `http://localhost:${wire.port}` });
    const kilobytes: number[] = [];
    const scanner = scannerBytes() / 1000;
    for (let round = 0; round < (context.quick ? 2 : 5); round++) {
      wire.reset();
      await using opened = await handset.open();
      await keptOnPhone(opened.page);
      await opened.page.waitForLoadState("networkidle");
      kilobytes.push(wire.bytes() / 1000 - scanner);
    }
    await using opened = await handset.open();
    const { page } = opened;
    await setUpByPin(page);
    await paste(page, totp);
    await page.getByRole("button", { name: "Add", exact: true }).click();
    await page.locator("[data-code]").waitFor();
    await keptOnPhone(page);
    await handset.stopServer();
    const [starts, unlocks]: [number[], number[]] = [[], []];
    for (let round = 0; round < (context.quick ? 5 : 15); round++) {
      await page.goto("about:blank");
      await page.goto(handset.url);
      starts.push((await shownAfterMs(page, "input[inputmode=numeric]")) / 1000);
      const beganMs = performance.now();
      await unlockByPin(page);
      await page.locator("[data-code]").waitFor();
      unlocks.push((performance.now() - beganMs) / 1000);
    }
    const [transfer, start, unlock] = [samples(kilobytes), samples(starts), samples(unlocks)];
    return measured({
      "authenticator-transfer": {
        value: transfer.median,
        detail: { kilobytes: described(transfer), scannerKilobytes: scanner },
      },
      "authenticator-offline-start": { value: start.median, detail: { seconds: described(start) } },
      "authenticator-unlock": { value: unlock.median, detail: { seconds: described(unlock) } },
    });
  },
};

export const authenticatorScan: Measure = {
  figures: [
    {
      name: "authenticator-scan",
      measure: "from the press on Scan, over starting the camera, to what a clear QR code led to",
      unit: "s",
      bar: { atMost: 1 },
    },
  ],
  async run(context) {
    const why = await unmet(browserNeeds);
    if (why !== null) return notRun(why);
    await using handset = await Handset.start();
    await handset.browser.see(await qrPicture(totp));
    const seconds: number[] = [];
    await using opened = await handset.ready();
    const { page } = opened;
    for (let round = 0; round < (context.quick ? 5 : 15); round++) {
      const beganMs = performance.now();
      await page.getByRole("link", { name: "Scan" }).click();
      await page.getByRole("heading", { name: "Add these codes?" }).waitFor();
      seconds.push((performance.now() - beganMs) / 1000);
      await page.getByRole("button", { name: "Cancel" }).click();
    }
    const scans = samples(seconds);
    return measured({ "authenticator-scan": { value: scans.median, detail: { seconds: described(scans) } } });
  },
};

/** Counts what a server sends to whoever comes by this port: pages, service workers and workers alike. */
async function countedWire(
  to: number,
): Promise<AsyncDisposable & { readonly port: number; bytes(): number; reset(): void }> {
  let bytes = 0;
  const server: Server = createServer((browser) => {
    const origin = connect(to, "127.0.0.1");
    for (const [one, other] of [
      [browser, origin],
      [origin, browser],
    ] as const) {
      one.pipe(other);
      one.on("error", () => other.destroy());
      one.on("close", () => other.destroy());
    }
    origin.on("data", (chunk: Buffer) => {
      bytes += chunk.length;
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    port: (server.address() as AddressInfo).port,
    bytes: () => bytes,
    reset: () => {
      bytes = 0;
    },
    [Symbol.asyncDispose]: () => new Promise((resolve) => void server.close(() => resolve())),
  };
}

/** The decoder of QR codes, a file of its own. */
function scannerBytes(): number {
  const assets = join(repositoryRoot, "apps", "authenticator", "dist", "assets");
  const found = globSync("jsQR-*.js.br", { cwd: assets });
  if (found.length !== 1) throw new Error("the built app has no scanner of its own");
  return statSync(join(assets, found[0] as string)).size;
}
