import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { runOk } from "../../rig/process.ts";
import { describeWhere } from "../../rig/requirements.ts";
import { temporaryDirectory } from "../../rig/temporary-directory.ts";

const script = fileURLToPath(new URL("full-disk.ts", import.meta.url));

describeWhere(["root", "namespaces"], "SQLite store on a small file system", () => {
  test("full: says so, loses nothing, and works again once there is space; read-only: says so", async () => {
    await using directory = await temporaryDirectory("full-disk");
    const command = 'mount -t tmpfs -o size=3m tmpfs "$1" && exec "$2" "$3" "$1"';
    const args = ["-m", "sh", "-c", command, "sh", directory.path, process.execPath, script];
    const seen = JSON.parse((await runOk("unshare", args, { timeoutMs: 60_000 })).stdout);
    expect(seen.acknowledged).toBeGreaterThan(8);
    expect(seen).toEqual({
      acknowledged: seen.acknowledged,
      full: "storage-full",
      whileFull: {
        signIn: "storage-full",
        note: "storage-full",
        transaction: "storage-full",
        sameFacts: true,
        chain: { kind: "whole", through: seen.acknowledged },
      },
      afterwards: {
        signIn: "committed",
        chain: { kind: "whole", through: seen.acknowledged + 1 },
        verdicts: seen.acknowledged,
      },
      readOnly: "storage-read-only",
    });
  });
});
