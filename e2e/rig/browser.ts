import { mkdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import axe from "axe-core";
import { type Browser, type BrowserContext, chromium, type Locator, type Page } from "playwright-core";
import { findProgram } from "./requirements.ts";

declare global {
  interface Window {
    /** axe-core, once a test has looked at the page with it. */
    readonly axe: typeof axe;
  }
}

/** Debian's Chromium; disposing it ends the process and what it left behind. */
export interface RunningBrowser extends AsyncDisposable {
  readonly browser: Browser;
  /** Cookies and storage of its own: somebody at another machine. */
  open(options?: OpenOptions): Promise<OpenPage>;
}

export type OpenOptions = {
  readonly colorScheme?: "light" | "dark";
  /** Default: a desktop. `phone` is 360 CSS pixels wide. */
  readonly screen?: "desktop" | "phone";
};

export interface OpenPage extends AsyncDisposable {
  readonly page: Page;
  readonly context: BrowserContext;
  /** What the page's console said as an error, and what it threw: a test expects none. */
  readonly faults: readonly string[];
}

/** Chromium reports every answer of 401, which is how a page finds out that nobody is signed in. */
const saysUnauthenticated = /status of 401/;

/** How long a page may take to show something, on a machine that does much else. */
const patienceMs = 20_000;

const sizes = { desktop: { width: 1280, height: 820 }, phone: { width: 360, height: 740 } } as const;

/** `flags`: Chromium's own, such as those of a phone with a camera (fake-camera.ts). */
export async function startBrowser(flags: readonly string[] = []): Promise<RunningBrowser> {
  const executablePath = findProgram("chromium");
  if (executablePath === null) throw new Error("needs chromium (Debian: chromium)");
  const browser = await chromium.launch({
    executablePath,
    // Chromium's own sandbox refuses to run as root.
    args: [...(process.getuid?.() === 0 ? ["--no-sandbox"] : []), ...flags],
  });
  return {
    browser,
    async open({ colorScheme = "light", screen = "desktop" } = {}) {
      const context = await browser.newContext({
        viewport: sizes[screen],
        colorScheme,
        // The server's own authority is in no browser's list; endpoints pin it, browsers cannot.
        ignoreHTTPSErrors: true,
        reducedMotion: "reduce",
        locale: "en-GB",
        timezoneId: "Europe/Berlin",
        permissions: ["clipboard-read", "clipboard-write"],
      });
      const page = await context.newPage();
      page.setDefaultTimeout(patienceMs);
      const faults: string[] = [];
      page.on("console", (message) => {
        if (message.type() === "error" && !saysUnauthenticated.test(message.text()))
          faults.push(message.text());
      });
      page.on("pageerror", (error) => faults.push(String(error.stack ?? error)));
      return { page, context, faults, [Symbol.asyncDispose]: () => context.close() };
    },
    [Symbol.asyncDispose]: () => browser.close(),
  };
}

/**
 * What axe finds serious or critical on the page as it is (WCAG 2.2 AA), in a line each; `contrast` looks at colours
 * alone.
 */
export async function accessibilityFaults(page: Page, what: "all" | "contrast" = "all"): Promise<string[]> {
  if (!(await page.evaluate(() => "axe" in window))) await page.evaluate(axe.source);
  // Half under the header that stays in place, a button counts as a small target; how far a page is scrolled is chance.
  await page.evaluate(() => window.scrollTo({ top: 0, behavior: "instant" }));
  await settled(page);
  const runOnly =
    what === "contrast"
      ? { type: "rule" as const, values: ["color-contrast"] }
      : { type: "tag" as const, values: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"] };
  const violations = await page.evaluate(async (only) => {
    const found = await window.axe.run(document, { runOnly: only, resultTypes: ["violations"] });
    return found.violations.map(({ id, impact, help, nodes }) => ({
      id,
      impact,
      help,
      html: nodes.map((node) => {
        // Of contrast: the two colours that axe saw.
        const seen = node.any[0]?.data as { fgColor?: string; bgColor?: string } | null | undefined;
        return seen?.fgColor === undefined ? node.html : `${seen.fgColor} on ${seen.bgColor}: ${node.html}`;
      }),
    }));
  }, runOnly);
  return violations
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .map(({ id, help, html }) => `${id}: ${help}: ${html.map((each) => each.slice(0, 160)).join(" | ")}`);
}

/**
 * Waits for what is drawn next, and for what fades or slides then: colours half way are nobody's. What goes round for
 * ever, or begins anew each second, is let go.
 */
async function settled(page: Page): Promise<void> {
  await page.evaluate(async () => {
    const drawn = () => new Promise((resolve) => requestAnimationFrame(resolve));
    for (let round = 0; round < 3; round += 1) {
      await drawn();
      await drawn();
      const moving = document
        .getAnimations()
        .filter(
          (one) =>
            one.playState === "running" &&
            one.effect?.getComputedTiming().endTime !== Number.POSITIVE_INFINITY,
        );
      if (moving.length === 0) return;
      await Promise.all(moving.map((one) => one.finished.catch(() => null)));
    }
  });
}

/**
 * What stands in each that is found, once there are `count` of them (or one, where nobody says how many). Read without
 * waiting, a list that is on its way is an empty one.
 */
export async function texts(found: Locator, count = 1): Promise<string[]> {
  await found.nth(count - 1).waitFor();
  return found.allInnerTexts();
}

/** Waits until this is what keys are typed into. */
export async function hasFocus(element: Locator): Promise<void> {
  await element.and(element.page().locator(":focus")).waitFor({ state: "attached" });
}

/** Waits until no part of the page says any longer that its data is on the way. */
export async function isLoaded(page: Page): Promise<void> {
  await page
    .getByRole("status", { name: /^Loading/ })
    .first()
    .waitFor({ state: "detached" });
}

/** Has the page follow a system that is light or dark, and waits until it does. */
export async function showIn(page: Page, scheme: "light" | "dark"): Promise<void> {
  await page.emulateMedia({ colorScheme: scheme });
  await page.locator(`html[data-mantine-color-scheme=${scheme}]`).waitFor({ state: "attached" });
}

/** Controls smaller than 24 by 24 CSS pixels (WCAG 2.5.8), apart from links within text. */
export async function smallTargets(page: Page): Promise<string[]> {
  await settled(page);
  return page.evaluate(() =>
    [...document.querySelectorAll<HTMLElement>("button, select, input:not([type=hidden])")]
      .filter((element) => element.checkVisibility() && element.closest("[aria-hidden=true]") === null)
      .flatMap((element) => {
        const target =
          element.closest("label, [data-checked], .mantine-Checkbox-root, .mantine-Switch-root") ?? element;
        const { width, height } = target.getBoundingClientRect();
        return width === 0 || (width >= 24 && height >= 24)
          ? []
          : [
              `${element.tagName} ${element.getAttribute("aria-label") ?? element.textContent}: ${width} × ${height}`,
            ];
      }),
  );
}

/** WCAG 2.5.5: what a finger in a glove presses is 44 pixels high; a box to tick has its label besides. */
export async function lowForGloves(page: Page): Promise<string[]> {
  await settled(page);
  const boxes = "input:is([type=checkbox], [type=radio], [type=hidden])";
  const pressed = page.locator(`button, select, textarea, input:not(${boxes})`);
  const low = await pressed.evaluateAll((elements) =>
    elements
      .filter((element) => element.checkVisibility() && element.closest("[aria-hidden=true]") === null)
      .flatMap((element) => {
        // A password's field has its frame around itself and the eye beside it.
        const framed = element.closest(".mantine-PasswordInput-input") ?? element;
        const { height } = framed.getBoundingClientRect();
        const name = element.getAttribute("aria-label") ?? element.textContent ?? element.tagName;
        return height === 0 || height >= 44 ? [] : [`${name} is ${height} high`];
      }),
  );
  return [...low, ...(await smallTargets(page))];
}

/** The chosen tab of each row of tabs that does not lie wholly within its row. */
export async function tabsOutOfSight(page: Page): Promise<string[]> {
  await settled(page);
  return page.locator("[role=tablist] [role=tab][aria-selected=true]").evaluateAll((tabs) =>
    tabs.flatMap((tab) => {
      const [own, row] = [tab, tab.closest("[role=tablist]") ?? tab].map((one) =>
        one.getBoundingClientRect(),
      );
      const inside = own && row && own.left >= row.left - 1 && own.right <= row.right + 1;
      return inside ? [] : [`the chosen tab ${tab.textContent} is out of sight`];
    }),
  );
}

/** Whether the page can be scrolled sideways, which nobody should have to on a phone (WCAG 1.4.10). */
export async function scrollsSideways(page: Page): Promise<boolean> {
  await settled(page);
  return page.evaluate(() => document.documentElement.scrollWidth > document.documentElement.clientWidth + 1);
}

const screenshotFolder = fileURLToPath(new URL("../../docs/screenshots", import.meta.url));

/** Counts what comes over the wire from now on, headers and compressed bodies, with the browser's cache off. */
export async function countTransfer({ context, page }: OpenPage): Promise<{ bytes: number }> {
  const counted = { bytes: 0 };
  const developer = await context.newCDPSession(page);
  await developer.send("Network.enable");
  await developer.send("Network.setCacheDisabled", { cacheDisabled: true });
  developer.on("Network.loadingFinished", ({ encodedDataLength }) => {
    counted.bytes += encodedDataLength;
  });
  return counted;
}

/**
 * Milliseconds from the navigation to the frame that has the element, by the browser's own clock; afterwards fonts are
 * there, too.
 */
export async function shownAfterMs(page: Page, selector: string): Promise<number> {
  const shown = await page.waitForFunction(
    (wanted) => document.querySelector(wanted) !== null && performance.now(),
    selector,
    { polling: "raf" },
  );
  await page.evaluate(() => document.fonts.ready.then(() => undefined));
  return Number(await shown.jsonValue());
}

/** Goes to another page of the app without loading the app again, as its own links do. */
export async function goWithin(page: Page, path: string): Promise<void> {
  await page.evaluate((to) => {
    history.pushState(null, "", to);
    dispatchEvent(new PopStateEvent("popstate"));
  }, path);
}

/** Writes docs/screenshots/<name>.png, only where HOLDFAST_SCREENSHOTS=1 asks for it: pictures in the docs change seldom. */
export async function screenshot(page: Page, name: string): Promise<void> {
  if (process.env.HOLDFAST_SCREENSHOTS !== "1") return;
  const path = join(screenshotFolder, `${name}.png`);
  await mkdir(dirname(path), { recursive: true });
  await page.screenshot({ path, animations: "disabled" });
}
