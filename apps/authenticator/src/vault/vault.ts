/**
 * Everything that this phone keeps, encrypted in IndexedDB. Two keys: one opens codes and request keys when the app is
 * unlocked; the other opens approval and challenge keys, and the person is asked anew for it. Nothing gets a key out.
 */

import { dismissToasts } from "../frame/toasts.ts";
import type { Profile } from "../profiles/profile.ts";
import { deleteDatabase, openDatabase } from "./database.ts";
import { forgetMark, readKeptMark } from "./kept-mark.ts";
import {
  biometric,
  changeLock,
  currentPinWaitMs,
  setUpByBiometric,
  setUpByPin,
  unlockByBiometric,
  unlockByPin,
  verified,
} from "./lock.ts";
import {
  become,
  forgetKeys,
  type Header,
  hold,
  memory,
  otherTabs,
  subscribe,
  type VaultState,
} from "./memory.ts";
import { dropPinQuestion } from "./pin-question.ts";
import {
  change,
  importChallengeKey,
  makeKey,
  moveKeys,
  put,
  readProfile,
  remove,
  requestKey,
} from "./records.ts";

export const vault = {
  /** Looks for a vault on this phone. Once, as the app starts. */
  async start(): Promise<void> {
    // Without https a browser gives no cryptography at all.
    if (!isSecureContext) return become({ at: "unavailable" });
    otherTabs?.addEventListener("message", ({ data }) => void changedElsewhere(data).catch(fault));
    try {
      await open();
    } catch {
      become({ at: "unavailable" });
    }
  },
  state: (): VaultState => memory.state,
  subscribe,

  setUpByPin,
  setUpByBiometric,
  changeLock,
  unlockByPin,
  unlockByBiometric,
  pinWaitMs: currentPinWaitMs,
  verified,
  biometric,
  lock(): void {
    if (memory.state.at !== "unlocked") return;
    forgetKeys();
    dropPinQuestion();
    dismissToasts();
    become({ at: "locked", by: memory.state.by });
  },
  /** Deletes everything, for good. */
  async wipe(): Promise<void> {
    forgetKeys();
    memory.database?.close();
    memory.database = null;
    memory.header = null;
    forgetMark();
    await deleteDatabase();
    otherTabs?.postMessage({ over: true });
    await open();
  },

  profiles: (): readonly Profile[] => memory.profiles,
  put,
  change,
  remove,

  makeKey,
  importChallengeKey,
  moveKeys,
  requestKey,
};

async function open(): Promise<void> {
  memory.database = await openDatabase(() => {
    memory.database = null;
    forgetKeys();
    become({ at: "opening" });
    void open().catch(() => become({ at: "unavailable" }));
  });
  const found = await memory.database.get("header");
  if (found === undefined) {
    const mark = readKeptMark();
    return become(mark === null ? { at: "absent" } : { at: "cleared", ...mark });
  }
  if (!isHeader(found)) return become({ at: "damaged" });
  memory.header = found;
  become({ at: "locked", by: found.slot.kind });
}

function isHeader(found: unknown): found is Header {
  const { version, keysId, slot } = found as Partial<Header>;
  return version === 1 && typeof keysId === "string" && (slot?.kind === "pin" || slot?.kind === "biometric");
}

/** `over`: everything was deleted, or another lock is in force. */
async function changedElsewhere(message: { changed?: string; over?: true }): Promise<void> {
  if (message.over) return location.reload();
  if (message.changed === undefined || memory.state.at !== "unlocked") return;
  const profile = await readProfile(message.changed);
  const others = memory.profiles.filter(({ id }) => id !== message.changed);
  memory.requestKeys.delete(message.changed);
  hold(profile === null ? others : [...others, profile]);
}

function fault(cause: unknown): void {
  reportError(cause);
}
