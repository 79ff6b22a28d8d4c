import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { start } from "../../rig/process.ts";
import { describeWhere } from "../../rig/requirements.ts";
import { type TemporaryDirectory, temporaryDirectory } from "../../rig/temporary-directory.ts";
import { runHost } from "./host.ts";
import { built } from "./module-build.ts";

const somebody = 64_711;
const somebodyElse = 64_712;

describeWhere(["gcc", "make", "pam-headers", "root"], "who serves the agent's socket", () => {
  let directory: TemporaryDirectory;
  beforeAll(async () => {
    directory = await temporaryDirectory("pam-peer", 0o755);
  });
  afterAll(() => directory[Symbol.asyncDispose]());

  describe.each([
    { server: 0, host: 0, trusted: true },
    { server: 0, host: somebody, trusted: true },
    { server: somebody, host: somebody, trusted: true },
    { server: somebody, host: 0, trusted: false },
    { server: somebody, host: somebodyElse, trusted: false },
  ])("uid $server, to a host of uid $host", ({ server, host, trusted }) => {
    test(trusted ? "is trusted" : "is an impostor: its success counts for nothing", async () => {
      const socket = join(directory.path, `${server}-${host}.sock`);
      await using listener = await start(await built("host"), ["listen", socket, `${server}`]);
      await listener.waitForOutput("listening");
      const done = await runHost({ program: "host", socket, ...(host === 0 ? {} : { asUid: host }) });
      expect(done.status).toBe(trusted ? "PAM_SUCCESS" : "PAM_AUTHINFO_UNAVAIL");
      if (!trusted) expect(done.log[0]?.text).toContain("the agent's socket is not served by root");
    });
  });
});
