import { expect, test } from "vitest";
import type { Reloaded, ServerCertificate } from "../certificate-authority/server-certificate.ts";
import { startRig } from "../testing/rig.ts";
import { createCertificateWatch } from "./certificate-watch.ts";

const day = 86_400_000;

test("what changed is taken up by itself, and a certificate that nobody renews raises one alert", async () => {
  const rig = await startRig();
  const { ports } = rig.server;
  const state = { changed: true, notAfterMs: ports.clock.now() + 15 * day };
  const context = { cert: "new", key: "key" };
  // The files' part is given-certificate.test.ts's.
  const certificate: ServerCertificate = {
    authorityPem: () => "",
    authorityPin: () => "",
    context: async () => null,
    changed: async () => state.changed,
    async reload(): Promise<Reloaded> {
      state.changed = false;
      return { kind: "reloaded", context };
    },
    status: () => [
      {
        use: "web",
        source: "given",
        names: ["id.example.org"],
        fingerprint: "AA",
        notBeforeMs: 0,
        notAfterMs: state.notAfterMs,
        refused: null,
      },
    ],
  };
  const presented: unknown[] = [];
  const watch = createCertificateWatch(ports, certificate, (next) => presented.push(next));
  watch.start(5);
  const until = async (condition: () => boolean | Promise<boolean>) => {
    while (!(await condition())) await new Promise((resolve) => setTimeout(resolve, 5));
  };
  await until(() => presented.length === 1);
  expect(presented).toEqual([context]);
  const alerts = async () =>
    (await rig.call("GET", "/api/v1/alerts")).body.items.map(({ kind }: { kind: string }) => kind);
  expect(await alerts()).toEqual([]);
  state.notAfterMs = ports.clock.now() + 13 * day;
  await until(async () => (await alerts()).length > 0);
  await new Promise((resolve) => setTimeout(resolve, 40));
  expect(await alerts()).toEqual(["certificate-expiring"]);
  expect(presented).toHaveLength(1);
  watch.stop();
  await rig.stop();
});
