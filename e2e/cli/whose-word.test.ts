import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { certificateOf } from "../agent/enterprise.ts";
import { type FaultProxy, startFaultProxy, strangeAnswers } from "../rig/fault-proxy.ts";
import { freePort } from "../rig/ports.ts";
import { bootstrapped, type CliRig } from "./cli-rig.ts";

/** OTP-30, for the administrator too: only a document of our server's is its word. */
describe("a middle box with a certificate that the pin accepts", () => {
  const stack = new AsyncDisposableStack();
  let rig: CliRig;
  let proxy: FaultProxy;

  beforeAll(async () => {
    const [port, proxyPort] = [await freePort(), await freePort()];
    rig = await bootstrapped({ listen: { host: "127.0.0.1", port } });
    const terminate = await certificateOf(rig.server);
    proxy = stack.use(await startFaultProxy({ targetPort: port, port: proxyPort, terminate }));
    const keyFile = path.join(rig.home, ".config", "holdfast", "admin.json");
    const kept = JSON.parse(await readFile(keyFile, "utf8"));
    await writeFile(keyFile, JSON.stringify({ ...kept, url: `https://localhost:${proxyPort}` }));
  });
  afterAll(async () => {
    await stack.disposeAsync();
    await rig.stop();
  });

  test("passes everything on", async () => {
    expect(await rig.admin("users add anna")).toMatchObject({ status: 0 });
  });

  test.each(Object.entries(strangeAnswers))(
    "an answer of %s is no refusal and no success",
    async (_name, fault) => {
      await proxy.set(fault);
      const run = await rig.admin("users list --json");
      await proxy.set({ kind: "pass" });
      expect(run.status).toBe(3);
      expect(JSON.parse(run.out).error.code).toMatch(/^server-(?:answer|connection|tls)$/);
    },
  );

  test("a problem document that answers another request is not taken for this one's", async () => {
    const body = {
      type: "urn:holdfast:problem:not-found",
      code: "not-found",
      title: "Not found",
      status: 404,
      detail: "There is no such user.",
      inReplyTo: "another-request",
    };
    await proxy.set({
      kind: "answer",
      status: 404,
      contentType: "application/problem+json",
      body: JSON.stringify(body),
    });
    const run = await rig.admin("users list --json");
    await proxy.set({ kind: "pass" });
    expect(run.status).toBe(3);
    expect(JSON.parse(run.out).error.code).toBe("server-answer");
  });
});
