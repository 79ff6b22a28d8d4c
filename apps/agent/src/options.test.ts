import { readFileSync } from "node:fs";
import { readOptions } from "@holdfast/options/read";
import { expect, test } from "vitest";
import { agentOptions } from "./options.ts";

const shipped = new URL("../../../deploy/agent.toml", import.meta.url);

test("the shipped file says the defaults, as it claims, and comments show values that are taken", () => {
  const text = readFileSync(shipped, "utf8");
  const read = (file: string) =>
    readOptions(agentOptions, { argv: [], env: {}, file: { name: "agent.toml", text: file } });
  const defaults = readOptions(agentOptions, { argv: [], env: {} });
  const asShipped = read(text);
  expect(asShipped.kind).toBe("ok");
  expect(asShipped.kind === "ok" && asShipped.values).toEqual(defaults.kind === "ok" && defaults.values);

  const uncommented = read(text.replace(/^# (?=[a-z_]+ = )/gm, ""));
  expect(uncommented).toMatchObject({
    kind: "ok",
    values: { offlineMaxAgeSeconds: 3 * 86_400, offlineMaxSignIns: 25, logLevel: "info" },
  });
});
