import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import {
  type Acknowledgement,
  acknowledgements,
  expectNothingLost,
} from "@holdfast/server/store/testing/acknowledged";
import { type Place, sqlitePlace } from "@holdfast/server/store/testing/place";
import { populate } from "@holdfast/server/store/testing/samples";
import { expect, test } from "vitest";
import { type CrashControl, crashControl } from "../../rig/crash.ts";
import { type Child, start } from "../../rig/process.ts";
import { describeWhere } from "../../rig/requirements.ts";

const writer = fileURLToPath(import.meta.resolve("@holdfast/server/store/testing/writer"));
const people = ["ada", "bob", "cyd"];

describeWhere(["gcc"], "SQLite store killed at every file operation", () => {
  test("of one group commit and one transaction, before, half way and after: nothing acknowledged is lost", async () => {
    await using control = await crashControl();
    const steps = await countSteps(control);
    expect(steps).toBeGreaterThan(10);
    await using place = await filledPlace();
    const acknowledged: Acknowledgement[] = [];
    const left = { committed: 0, gone: 0 };
    for (let nth = 1; nth <= steps; nth += 1) {
      const when = (["before", "half", "after"] as const)[nth % 3] ?? "before";
      await using child = await launch(control, place);
      control.crashAt({ directory: dirname(place.location), nth, when });
      child.write("go\n");
      await Promise.race([child.exited, child.waitForOutput("done")]);
      await child.kill();
      control.off();
      acknowledged.push(...acknowledgements(child.stdout));
      const store = await place.open();
      await expectNothingLost(store, acknowledged);
      await store.close();
      left[acknowledgements(child.stdout).length > 0 ? "committed" : "gone"] += 1;
    }
    // The points lay on both sides of the commit.
    expect(left.committed).toBeGreaterThan(0);
    expect(left.gone).toBeGreaterThan(0);
  });
});

async function countSteps(control: CrashControl): Promise<number> {
  await using place = await filledPlace();
  await using child = await launch(control, place);
  control.count({ directory: dirname(place.location) });
  child.write("go\n");
  await child.waitForOutput("done");
  control.off();
  return control.operations().length;
}

async function filledPlace(): Promise<Place> {
  const place = await sqlitePlace();
  const store = await place.open();
  await populate(store, ...people);
  await store.close();
  return place;
}

async function launch(control: CrashControl, place: Place): Promise<Child> {
  const child = await start(process.execPath, [writer, place.location, "step", people.join(",")], {
    env: control.env,
  });
  await child.waitForOutput("ready");
  return child;
}
