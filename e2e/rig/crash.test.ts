import { mkdir, readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { expect, test } from "vitest";
import { type CrashControl, crashControl, type FileOperation } from "./crash.ts";
import { type Child, run, start } from "./process.ts";
import { describeWhere } from "./requirements.ts";
import { temporaryDirectory } from "./temporary-directory.ts";

/** DESIGN §6: temporary file, fsync, rename, fsync of the folder; by promises and by synchronous calls. */
const durableReplace = `
  const fs = require("node:fs");
  const [directory, way] = process.argv.slice(1);
  const replaceSync = (text) => {
    const file = fs.openSync(directory + "/new", "w");
    fs.writeSync(file, text);
    fs.fsyncSync(file);
    fs.closeSync(file);
    fs.renameSync(directory + "/new", directory + "/state");
    const folder = fs.openSync(directory, "r");
    fs.fsyncSync(folder);
    fs.closeSync(folder);
  };
  const replaceAsync = async (text) => {
    const file = await fs.promises.open(directory + "/new", "w");
    await file.writeFile(text);
    await file.sync();
    await file.close();
    await fs.promises.rename(directory + "/new", directory + "/state");
    const folder = await fs.promises.open(directory, "r");
    await folder.sync();
    await folder.close();
  };
  process.stdin.on("data", async (text) => {
    await (way === "sync" ? replaceSync : replaceAsync)(text.toString());
    console.log("done " + text);
  });
  console.log("ready");
`;
const insertRow = `
  const { DatabaseSync } = require("node:sqlite");
  const db = new DatabaseSync(process.argv[1] + "/db");
  db.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; CREATE TABLE IF NOT EXISTS t (v TEXT)");
  process.stdin.on("data", (text) => {
    db.prepare("INSERT INTO t VALUES (?)").run(text.toString());
    console.log("done " + text);
  });
  console.log("ready");
`;
const steps = ["create", "write", "fsync", "rename", "fsync"];
const oldText = "the old state";
const newText = "the new state, which is longer";

describeWhere(["gcc"], "the crash shim", () => {
  test.each(["sync", "async"])("sees every step of a durable replacement by fs, %s", async (way) => {
    await using directory = await temporaryDirectory("durable");
    await using control = await crashControl();
    await using child = await launch(control, durableReplace, directory.path, way);
    await give(child, oldText);
    expect(control.operations()).toEqual([]);

    control.count({ directory: directory.path });
    await give(child, newText);
    expect(control.operations().map((operation) => operation.call)).toEqual(steps);
    expect(control.operations()[3]).toEqual({
      call: "rename",
      path: join(directory.path, "new"),
      to: join(directory.path, "state"),
    });
    control.off();
    await give(child, "unobserved");
    expect(control.operations()).toHaveLength(steps.length);
  });

  test("sees node:sqlite's writes and syncs, which are linked into node", async () => {
    await using directory = await temporaryDirectory("sqlite");
    await using control = await crashControl();
    await using child = await launch(control, insertRow, directory.path);
    control.count({ directory: directory.path });
    await give(child, "a row");
    const calls = control.operations().map((operation) => operation.call);
    expect(calls).toContain("write");
    expect(calls.at(-1)).toMatch(/^f(data)?sync$/);
    expect(control.operations().every((operation) => operation.path.endsWith("/db-wal"))).toBe(true);
  });

  test("kills before, after and in the middle of every step, and nothing else dies", async () => {
    const seen: string[] = [];
    for (const when of ["before", "half", "after"] as const) {
      for (let nth = 1; nth <= steps.length; nth++) {
        await using directory = await temporaryDirectory("durable");
        await using control = await crashControl();
        await using child = await launch(control, durableReplace, directory.path, "sync");
        await give(child, oldText);
        control.crashAt({ directory: directory.path, nth, when });
        child.write(newText);
        expect(await child.waitForExit(), `${when} ${nth}`).toEqual({ code: null, signal: "SIGKILL" });
        const state = await readFile(join(directory.path, "state"), "utf8");
        const renamed = nth > 4 || (nth === 4 && when === "after");
        expect(state, `${when} ${nth}`).toBe(renamed ? newText : oldText);
        if (when === "half" && steps[nth - 1] === "write") {
          const draft = await readFile(join(directory.path, "new"), "utf8");
          expect(draft).toBe(newText.slice(0, newText.length / 2));
        }
        seen.push(`${when} ${steps[nth - 1]}`);
      }
    }
    expect(seen).toHaveLength(15);
  });

  test("a crash at each of SQLite's steps leaves a whole database with or without the row", async () => {
    const all = await countInsert();
    expect(all.length).toBeGreaterThan(2);
    const rows: number[] = [];
    for (let nth = 1; nth <= all.length; nth++) {
      await using directory = await temporaryDirectory("sqlite");
      await using control = await crashControl();
      await using child = await launch(control, insertRow, directory.path);
      control.crashAt({ directory: directory.path, nth, when: "half" });
      child.write("a row");
      expect(await child.waitForExit()).toEqual({ code: null, signal: "SIGKILL" });
      using db = new DatabaseSync(join(directory.path, "db"));
      expect(db.prepare("PRAGMA integrity_check").get()).toEqual({ integrity_check: "ok" });
      rows.push(db.prepare("SELECT * FROM t").all().length);
    }
    expect(rows[0]).toBe(0);
  });

  test("chooses by kind of call, pattern and directory", async () => {
    await using directory = await temporaryDirectory("durable");
    await mkdir(join(directory.path, "inner"));
    await mkdir(join(directory.path, "inner-too"));
    await using control = await crashControl();
    const write = "for (const f of process.argv.slice(1)) require('fs').writeFileSync(f, 'x')";
    const files = ["inner/a.json", "inner/b.txt", "inner-too/c.json"].map((name) =>
      join(directory.path, name),
    );
    control.count({ directory: join(directory.path, "inner"), calls: ["write"], pattern: "*.json" });
    await run(process.execPath, ["-e", write, ...files], { env: control.env });
    expect(control.operations()).toEqual([{ call: "write", path: files[0] }]);
    expect(await readdir(join(directory.path, "inner"))).toEqual(["a.json", "b.txt"]);
  });
});

async function countInsert(): Promise<FileOperation[]> {
  await using directory = await temporaryDirectory("sqlite");
  await using control = await crashControl();
  await using child = await launch(control, insertRow, directory.path);
  control.count({ directory: directory.path });
  await give(child, "a row");
  return control.operations();
}

async function launch(control: CrashControl, program: string, ...args: readonly string[]): Promise<Child> {
  const child = await start(process.execPath, ["-e", program, ...args], { env: control.env });
  await child.waitForOutput("ready");
  return child;
}

async function give(child: Child, text: string): Promise<void> {
  child.write(text);
  await child.waitForOutput(`done ${text}`);
}
