import type { SealedUser, StoredUser, StoreState } from "@holdfast/protocol/stored-files";
import { decodeSealed, encodeSealed, isSealedFileName, sealedFileName } from "./sealed-file.ts";
import type { Random } from "./sealing.ts";
import type { DurableFiles } from "./types.ts";

/**
 * The users' sealed files. A new content gets a new name, then the state names it, then the old file goes: a crash
 * between any two of these leaves the old or the new in force, and at most a file that nobody names.
 */
export class SealedFiles {
  readonly #files: DurableFiles;
  readonly #random: Random;
  readonly #contents = new Map<string, SealedUser>();
  readonly #known = new Set<string>();

  constructor(files: DurableFiles, random: Random) {
    this.#files = files;
    this.#random = random;
  }

  /** Reads what the state names; the files that are not what it vouches for. */
  async load(state: StoreState): Promise<readonly string[]> {
    const damaged: string[] = [];
    for (const name of await this.#list()) this.#known.add(name);
    for (const { userId, sealed } of state.users) {
      if (!sealed) continue;
      const content = decodeSealed(await this.#read(sealed.file), userId, sealed.digest);
      if (content) this.#contents.set(sealed.file, content);
      else damaged.push(sealed.file);
    }
    return damaged;
  }

  get(user: Pick<StoredUser, "sealed">): SealedUser | null {
    return user.sealed ? (this.#contents.get(user.sealed.file) ?? null) : null;
  }

  /** Writes a content under a new name, for the state to take up; null where the disk refuses it. */
  async add(content: SealedUser): Promise<NonNullable<StoredUser["sealed"]> | null> {
    const file = sealedFileName(content.userId, this.#random);
    const { bytes, digest } = encodeSealed(content);
    this.#known.add(file);
    try {
      await this.#files.write(file, bytes);
    } catch {
      return null;
    }
    this.#contents.set(file, content);
    return { file, digest };
  }

  /** Removes what a state that is safely on disk no longer names. What cannot be removed now goes later. */
  async removeAllBut(state: StoreState): Promise<void> {
    const named = new Set(state.users.map((user) => user.sealed?.file));
    for (const name of [...this.#known].filter((one) => !named.has(one))) {
      this.#contents.delete(name);
      try {
        await this.#files.remove(name);
        this.#known.delete(name);
      } catch {
        return;
      }
    }
  }

  async #list(): Promise<string[]> {
    try {
      return (await this.#files.list()).filter(isSealedFileName);
    } catch {
      return [];
    }
  }

  async #read(name: string): Promise<Uint8Array | null> {
    try {
      return await this.#files.read(name);
    } catch {
      return null;
    }
  }
}
