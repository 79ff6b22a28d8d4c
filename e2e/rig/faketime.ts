import { writeFileSync } from "node:fs";
import { rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { faketimeLibrary } from "./requirements.ts";
import { temporaryDirectory } from "./temporary-directory.ts";

/**
 * The wall clock of processes started with `env`, moved while they run. The monotonic and the boot clock
 * stay true, as they do when somebody sets a machine's clock.
 */
export interface FakeClock extends AsyncDisposable {
  readonly env: Readonly<Record<string, string>>;
  /** Offset against the real time; negative sets the clock back. In force at the next look at the clock. */
  setOffsetSeconds(seconds: number): Promise<void>;
}

export async function fakeClock(offsetSeconds = 0): Promise<FakeClock> {
  const library = faketimeLibrary();
  if (library === null) throw new Error("libfaketime is not installed (Debian: faketime)");
  const directory = await temporaryDirectory("clock", 0o755);
  const path = join(directory.path, "offset");
  writeFileSync(path, offsetText(offsetSeconds));
  return {
    env: {
      LD_PRELOAD: library,
      FAKETIME_TIMESTAMP_FILE: path,
      FAKETIME_NO_CACHE: "1",
      FAKETIME_DONT_FAKE_MONOTONIC: "1",
      // Times of files are the file system's.
      NO_FAKE_STAT: "1",
    },
    async setOffsetSeconds(seconds) {
      // By rename: a reader must not meet an empty file.
      await writeFile(`${path}.new`, offsetText(seconds));
      await rename(`${path}.new`, path);
    },
    [Symbol.asyncDispose]: () => directory[Symbol.asyncDispose](),
  };
}

function offsetText(seconds: number): string {
  return `${seconds < 0 ? "" : "+"}${seconds}\n`;
}
