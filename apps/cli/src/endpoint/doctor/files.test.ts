import { chmod, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { checkSocket, checkStateDirectory } from "./files.ts";

let root: string;
const servers: Server[] = [];
beforeEach(async () => {
  root = await mkdtemp(path.join(tmpdir(), "holdfast-doctor-"));
});
afterEach(async () => {
  for (const server of servers.splice(0)) await new Promise((resolve) => server.close(resolve));
  await rm(root, { recursive: true });
});

describe("sockets", () => {
  const file = () => path.join(root, "pam.sock");
  const listen = async () => {
    const server = createServer();
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(file(), resolve));
  };

  test("one that is not there, and a file in its place", async () => {
    expect(await checkSocket(file(), "pam-socket", "PAM")).toMatchObject({
      status: "error",
      detail: `${file()} is not there.`,
    });
    await writeFile(file(), "");
    expect(await checkSocket(file(), "pam-socket", "PAM")).toMatchObject({
      status: "error",
      next: `rm ${file()}`,
    });
  });

  test("one that others may use", async () => {
    await listen();
    await chmod(file(), 0o666);
    const found = await checkSocket(file(), "pam-socket", "PAM");
    expect(found).toMatchObject({ status: "error", next: `chmod 600 ${file()}` });
    expect(found.detail).toContain("mode 0666");
  });

  test("one for its owner alone", async () => {
    await listen();
    await chmod(file(), 0o600);
    // Only root's is used by the PAM module of everybody.
    const wanted = process.getuid?.() === 0 ? "ok" : "warning";
    expect(await checkSocket(file(), "pam-socket", "PAM")).toMatchObject({ status: wanted });
  });
});

describe("the state directory", () => {
  test("whole and closed", async () => {
    await mkdir(path.join(root, "store"));
    for (const name of ["identity.json", "store/state"])
      await writeFile(path.join(root, name), "", { mode: 0o600 });
    expect(await checkStateDirectory(root)).toMatchObject([
      { status: "ok", detail: expect.stringMatching(/^2 files/) },
    ]);
  });

  test("open to others, as a whole or by one file within", async () => {
    await writeFile(path.join(root, "identity.json"), "", { mode: 0o644 });
    expect(await checkStateDirectory(root)).toMatchObject([
      { status: "error", next: `chmod 600 ${path.join(root, "identity.json")}` },
    ]);
    await chmod(root, 0o755);
    expect(await checkStateDirectory(root)).toMatchObject([{ status: "error", next: `chmod 700 ${root}` }]);
  });

  test("not there", async () => {
    expect(await checkStateDirectory(path.join(root, "none"))).toMatchObject([{ status: "error" }]);
  });
});
