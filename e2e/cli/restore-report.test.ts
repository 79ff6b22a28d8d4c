import { afterAll, beforeAll, expect, test } from "vitest";
import { type CliRig, startCliRig } from "./cli-rig.ts";

let rig: CliRig;
beforeAll(async () => {
  rig = await startCliRig();
  expect((await rig.admin(["bootstrap", "--state-dir", rig.stateDirectory])).status).toBe(0);
  const found = { atMs: 1, status: "open", detail: { userName: "anna", label: "Phone" } } as const;
  await rig.server.ports.store.transaction(async (tx) => {
    for (const subjectId of ["phn_1", "phn_2", "phn_3"])
      await tx.restore.put({ ...found, kind: "phone", subjectId });
    await tx.restore.put({ ...found, kind: "api-key", subjectId: "key_1" });
  });
});
afterAll(() => rig.stop());

test("entries of a restore are confirmed one by one, or all of a kind that are left, and of no other", async () => {
  const ids = async (command: string) =>
    (await rig.json(command)).map(({ subjectId }: { subjectId: string }) => subjectId);
  expect(await ids("restore-confirm phone phn_2")).toEqual(["phn_2"]);
  expect(await ids("restore-confirm phone --all")).toEqual(["phn_1", "phn_3"]);
  expect(await ids("restore-confirm phone --all")).toEqual([]);
  const rows = await rig.server.ports.store.read((tx) => tx.restore.list({ status: "open" }));
  expect(rows.map(({ kind }) => kind)).toEqual(["api-key"]);
  for (const words of ["restore-confirm phone", "restore-confirm api-key key_1 --all"])
    expect(await rig.admin(words)).toMatchObject({ status: 2, err: expect.stringContaining("or say --all") });
});
