import { rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { CDPSession, Page } from "playwright-core";
import { type RunningBrowser, startBrowser } from "./browser.ts";
import { temporaryDirectory } from "./temporary-directory.ts";

/**
 * A phone's browser whose camera sees what a test shows it: Chromium's fake video device plays a file, and reads that anew
 * each time a page opens the camera. So two browsers are joined by nothing but a picture of a QR code.
 */
export interface PhoneBrowser extends RunningBrowser {
  /**
   * From the next opening of the camera on it sees this screen (a PNG), as a hand would hold it: a little turned, on a desk.
   * Null: the bare desk.
   */
  see(picture: Buffer | null): Promise<void>;
}

export async function startPhoneBrowser(): Promise<PhoneBrowser> {
  const directory = await temporaryDirectory("fake-camera");
  const film = join(directory.path, "camera.mjpeg");
  const running = await startBrowser([
    "--use-fake-ui-for-media-stream",
    "--use-fake-device-for-media-stream",
    `--use-file-for-fake-video-capture=${film}`,
    // The server's own authority is in no browser's list, and a service worker wants a certificate without doubt.
    "--ignore-certificate-errors",
  ]);
  const see = async (picture: Buffer | null) => {
    const context = await running.browser.newContext({ viewport: { width: 1280, height: 720 } });
    const page = await context.newPage();
    const screen =
      picture === null
        ? ""
        : `<img style="max-height: 560px; transform: rotate(4deg); box-shadow: 0 0 30px #000" src="data:image/png;base64,${picture.toString("base64")}">`;
    await page.setContent(
      `<body style="margin: 0; height: 100vh; display: grid; place-items: center; background: #6b6155">${screen}</body>`,
    );
    await page
      .locator("body")
      .evaluate(() => Promise.all([...document.images].map((image) => image.decode())));
    const frame = await page.screenshot({ type: "jpeg", quality: 88 });
    await context.close();
    // Motion JPEG is one picture after the other; the device begins again at the end.
    // Renamed, because the device may be reading the one before.
    await writeFile(`${film}.next`, Buffer.concat([frame, frame]));
    await rename(`${film}.next`, film);
  };
  await see(null);
  return {
    browser: running.browser,
    open: (options = {}) => running.open({ screen: "phone", ...options }),
    see,
    async [Symbol.asyncDispose]() {
      await running[Symbol.asyncDispose]();
      await directory[Symbol.asyncDispose]();
    },
  };
}

/** A phone's own biometric within Chromium (WebAuthn Level 3 §11), with the secrets of the PRF extension. */
export interface PhoneBiometric {
  /** False: the sensor does not know the finger. */
  verifies(user: boolean): Promise<void>;
  remove(): Promise<void>;
}

export async function phoneBiometric(
  page: Page,
  { prf = true, verifies = true }: { readonly prf?: boolean; readonly verifies?: boolean } = {},
): Promise<PhoneBiometric> {
  const session: CDPSession = await page.context().newCDPSession(page);
  await session.send("WebAuthn.enable");
  const { authenticatorId } = await session.send("WebAuthn.addVirtualAuthenticator", {
    options: {
      protocol: "ctap2",
      ctap2Version: "ctap2_1",
      transport: "internal",
      hasResidentKey: true,
      hasUserVerification: true,
      hasPrf: prf,
      isUserVerified: verifies,
      automaticPresenceSimulation: true,
    },
  });
  return {
    async verifies(user) {
      await session.send("WebAuthn.setUserVerified", { authenticatorId, isUserVerified: user });
    },
    async remove() {
      await session.send("WebAuthn.removeVirtualAuthenticator", { authenticatorId });
    },
  };
}
