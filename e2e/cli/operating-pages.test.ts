import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type CliRig, holdfast, startCliRig } from "./cli-rig.ts";
import { guideSections, repositoryRoot } from "./guide.ts";

/** Every command of these pages, in its order, at one server: what an administrator types is what a test has typed. */
const pages = [
  "docs/operating/backup-and-restore.md",
  "docs/operating/certificates.md",
  "docs/operating/keys.md",
  "docs/operating/monitoring.md",
];

describe.each(pages)("%s", (page) => {
  const commands = guideSections(page).flatMap((section) => section.commands);
  let rig: CliRig;
  let directory: string;
  beforeAll(async () => {
    rig = await startCliRig();
    directory = await mkdtemp(path.join(tmpdir(), "holdfast-pages-"));
    const made = await rig.admin(["bootstrap", "--state-dir", rig.stateDirectory]);
    expect(made.status).toBe(0);
  });
  afterAll(async () => {
    await rig.stop();
    await rm(directory, { recursive: true, force: true });
  });

  /** Where the page means the server's own directory or a stick, the test has its own. */
  const here = (word: string) => {
    if (word.startsWith("/media/stick/")) return path.join(directory, path.basename(word));
    return /\.(?:backup|jsonl|cef|csv)$|^backup-key$/.test(word) ? path.join(directory, word) : word;
  };
  const server = (words: readonly string[]) => {
    const program = path.join(repositoryRoot, "apps/server/src/main.ts");
    // A restore goes to a place of its own: the server of this page runs on.
    const state = words.includes("--restore") ? path.join(directory, "restored") : rig.stateDirectory;
    return run(process.execPath, [program, "--config", "/dev/null", "--state-dir", state, ...words]);
  };
  const run = (file: string, args: readonly string[]) =>
    new Promise<{ status: number; err: string }>((resolve) => {
      const child = execFile(
        file,
        args,
        { cwd: directory, env: { PATH: process.env.PATH } },
        (error, _out, err) => resolve({ status: error === null ? 0 : Number(error.code), err }),
      );
      child.stdin?.end();
    });

  test.each(commands)("%s", async (command) => {
    const [program = "", ...rest] = command.split(" ");
    const words = rest.map(here);
    if (program === "holdfast") {
      const typed = ["a passphrase of the page", "a passphrase of the page"];
      const { status, err } = await holdfast(rig.home, words, { typed });
      // Nothing was restored at this server, and by then the page has taken the root key away from it.
      const expected = /restore-confirm|rotate-bundle/.test(command) ? 1 : 0;
      expect(status, err).toBe(expected);
    } else if (program === "holdfast-server") {
      const { status, err } = await server(words);
      // The page's story goes on over weeks: a successor was announced already.
      const again = command.includes("--rotate-bundle-key") && err.includes("announced already");
      expect(again ? 0 : status, err).toBe(0);
    } else expect(await run("sh", ["-c", command])).toEqual({ status: 0, err: "" });
  });
});
