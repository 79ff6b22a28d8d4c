import { cp, readFile, rm, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { describeWhere } from "../../rig/requirements.ts";
import { temporaryDirectory } from "../../rig/temporary-directory.ts";
import { Handset, keptOnPhone, paste, unlockByPin } from "./handset.ts";

const built = fileURLToPath(new URL("../../../apps/authenticator/dist", import.meta.url));
const codes = "otpauth://totp/Clinic:ada?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Clinic";

describeWhere(["chromium"], "a newer version of the authenticator app", () => {
  let directory: Awaited<ReturnType<typeof temporaryDirectory>>;
  let handset: Handset;
  beforeAll(async () => {
    directory = await temporaryDirectory("app-update");
    await cp(built, directory.path, { recursive: true });
    handset = await Handset.start({ files: directory.path });
  });
  afterAll(async () => {
    await handset?.[Symbol.asyncDispose]();
    await directory?.[Symbol.asyncDispose]();
  });

  let published = 0;
  /** As a build does it: other content, another digest. */
  async function publish(version: string): Promise<void> {
    const [index, worker] = ["index.html", "sw.js"].map((name) => join(directory.path, name)) as [
      string,
      string,
    ];
    const html = await readFile(index, "utf8");
    const script = await readFile(worker, "utf8");
    await rm(`${worker}.br`, { force: true });
    await writeFile(
      worker,
      script.replace(/holdfast-app-\$\{"[0-9a-z]+"\}|holdfast-app-[0-9a-z]+/, `holdfast-app-${version}`),
    );
    await writeFile(
      index,
      html.replace(
        /<meta name="application-name" content="[^"]*"/,
        `<meta name="application-name" content="${version}"`,
      ),
    );
    // The server looks at the page's time to notice a build.
    published += 1;
    await utimes(index, new Date(), new Date(Date.now() + published * 10_000));
  }

  const versionOf = (page: Page) => page.locator("meta[name=application-name]").getAttribute("content");
  const look = (page: Page) =>
    page.evaluate(async () => {
      const registration = await navigator.serviceWorker.ready;
      await registration.update().catch(() => undefined);
      // Looked, and through with it: a newer version is whole now, or given up.
      const next = registration.installing;
      await new Promise<void>((resolve) => {
        const told = () => (next === null || next.state !== "installing") && resolve();
        next?.addEventListener("statechange", told);
        told();
      });
    });

  test("is taken when its user says so; profiles stay, and half of a version is never taken", async () => {
    await using opened = await handset.ready();
    const { page } = opened;
    await paste(page, codes);
    await page.getByRole("button", { name: "Add", exact: true }).click();
    await page.locator("[data-code]").waitFor();
    await keptOnPhone(page);
    await page.reload();
    await unlockByPin(page);
    expect(await versionOf(page)).toBe("Authenticator");

    await publish("second");
    await look(page);
    await page.getByText("A newer version is ready").waitFor();
    expect(await versionOf(page), "not in the middle of something").toBe("Authenticator");
    await page.getByRole("button", { name: "Use it now" }).click();
    await expect.poll(() => versionOf(page)).toBe("second");
    await page.getByRole("heading", { name: "Locked" }).waitFor();
    await unlockByPin(page);
    await page.locator("[data-code]").waitFor();

    // Published while a file of it is missing: a copy that was interrupted.
    await rm(join(directory.path, "manifest.webmanifest"));
    await publish("third");
    await look(page);
    await page.reload();
    await unlockByPin(page);
    await page.locator("[data-code]").waitFor();
    expect(await versionOf(page)).toBe("second");
    expect(await page.getByText("A newer version is ready").count()).toBe(0);
  });
});
