import type { PushRequestList, PushRequestView } from "@holdfast/protocol/push-api";
import { useSyncExternalStore } from "react";
import { openScreen } from "../frame/navigation.ts";
import { callServer, signerOf } from "../server-link/call.ts";
import { onPushRequests } from "../server-link/server-link.ts";
import { vault } from "../vault/vault.ts";
import { isWhatItSays } from "./order.ts";
import { keepWebPush } from "./web-push.ts";

/**
 * What waits for the owner's answer, of all online profiles: asked for at the server's word, and every few seconds while
 * somebody looks, because a word can be lost.
 */
export type WaitingRequest = {
  readonly profileId: string;
  readonly request: PushRequestView;
  /** False: what would be signed is not what would be shown, and nobody may approve it. */
  readonly isGenuine: boolean;
  /** By this phone's clock, whatever the server's says. */
  readonly endsAtMs: number;
};

let waiting: readonly WaitingRequest[] = [];
/** Why requests went away that nobody has answered, in a sentence, by their id. */
let withdrawn: ReadonlyMap<string, string> = new Map();
const listeners = new Set<() => void>();
const pollMs = 5_000;

/** Once, as the app starts. */
export function startApprovals(): void {
  onPushRequests((profileId) => {
    void look(profileId).catch(reportError);
    const profile = vault.profiles().find(({ id }) => id === profileId);
    if (profile) void keepWebPush(profile).catch(reportError);
  });
  vault.subscribe(() => {
    const known = vault.profiles().map(({ id }) => id);
    if (waiting.some(({ profileId }) => !known.includes(profileId)))
      set(waiting.filter(({ profileId }) => known.includes(profileId)));
  });
}

export function useWaiting(): readonly WaitingRequest[] {
  return useSyncExternalStore(subscribe, () => waiting);
}

/** Asks again and again while a screen shows them. */
export function keepLooking(): () => void {
  lookAll();
  const timer = setInterval(lookAll, pollMs);
  return () => clearInterval(timer);
}

/** Null: it is not known, as where another phone has answered. */
export function whyWithdrawn(requestId: string): string | null {
  return withdrawn.get(requestId) ?? null;
}

export function forget(requestId: string): void {
  set(waiting.filter(({ request }) => request.id !== requestId));
}

function lookAll(): void {
  if (vault.state().at !== "unlocked" || document.visibilityState !== "visible") return;
  for (const { id, kind } of vault.profiles()) if (kind === "online") void look(id).catch(reportError);
}

async function look(profileId: string): Promise<void> {
  const profile = vault.profiles().find(({ id }) => id === profileId);
  const signer = profile && signerOf(profile);
  if (!signer) return;
  const answer = await callServer<PushRequestList>(signer, "GET", "/api/v1/phone/push-requests");
  if (answer.kind !== "ok") return;
  const { items, withdrawn: gone, serverTimeMs } = answer.value;
  const aheadMs = serverTimeMs - Date.now();
  const found = await Promise.all(
    items.map(async (request) => ({
      ...{ profileId, request, isGenuine: await isWhatItSays(request) },
      endsAtMs: request.expiresAtMs - aheadMs,
    })),
  );
  // It may have been locked meanwhile.
  if (vault.state().at !== "unlocked") return;
  // As many as somebody may still look at, of however many profiles.
  withdrawn = new Map([...withdrawn, ...gone.map(({ id, text }) => [id, text] as const)].slice(-20));
  const isNew = found.some(({ request }) => !waiting.some((one) => one.request.id === request.id));
  const others = waiting.filter((one) => one.profileId !== profileId);
  const kept = found.map((one) => waiting.find(({ request }) => request.id === one.request.id) ?? one);
  set([...others, ...kept]);
  // Whoever looks at the app looks for this; other screens may hold what somebody is typing.
  if (isNew && location.pathname === "/") openScreen("/approvals");
}

function set(next: readonly WaitingRequest[]): void {
  if (next.length === waiting.length && next.every((one, at) => one === waiting[at])) return;
  waiting = next;
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
