import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { startRig } from "../testing/rig.ts";

test("the dashboard asks for no metric that a server does not have", async () => {
  const rig = await startRig();
  const { text } = await rig.call("GET", "/metrics");
  await rig.stop();
  const known = new Set([...text.matchAll(/^# TYPE (\S+) /gm)].map(([, name]) => name));
  const file = join(import.meta.dirname, "../../../../deploy/grafana/holdfast.json");
  const { panels } = JSON.parse(readFileSync(file, "utf8"));
  const asked = panels.flatMap(({ targets }: { targets: { expr: string }[] }) =>
    targets.flatMap(({ expr }) => expr.match(/(?:holdfast|nodejs)_[a-z0-9_]+/g) ?? []),
  );
  expect(asked.length).toBeGreaterThan(8);
  for (const name of asked) expect(known).toContain(name.replace(/_bucket$/, ""));
});
