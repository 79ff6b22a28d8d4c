import { useSyncExternalStore } from "react";
import { vault } from "../vault/vault.ts";
import { type Connection, type ConnectionState, keepConnection } from "./connection.ts";
import { onTakenOver, resumeRegistrations } from "./registrations.ts";

/** The connections of all online profiles, while the app is unlocked: their request keys are at hand only then. */

const connections = new Map<string, Connection>();
const states = new Map<string, ConnectionState>();
const listeners = new Set<() => void>();
const askedListeners = new Set<(profileId: string) => void>();

/** Once, as the app starts. */
export function startServerLink(): void {
  vault.subscribe(follow);
  onTakenOver(reconnect);
  addEventListener("online", hurry);
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "visible") hurry();
  });
  follow();
}

/** Called when something may wait for the person's answer: after each connection, and at the server's word. */
export function onPushRequests(listener: (profileId: string) => void): () => void {
  askedListeners.add(listener);
  return () => askedListeners.delete(listener);
}

/** Null: this profile keeps no connection. */
export function useConnection(profileId: string): ConnectionState | null {
  return useSyncExternalStore(subscribe, () => states.get(profileId) ?? null);
}

function follow(): void {
  const unlocked = vault.state().at === "unlocked";
  const wanted = unlocked ? vault.profiles().filter(({ server, kind }) => kind === "online" && server) : [];
  for (const [profileId, connection] of connections) {
    if (wanted.some(({ id }) => id === profileId)) continue;
    connection.stop();
    connections.delete(profileId);
    states.delete(profileId);
  }
  for (const { id } of wanted) {
    if (connections.has(id)) continue;
    const state = (now: ConnectionState) => {
      states.set(id, now);
      tell();
    };
    const pushRequests = () => {
      for (const listener of askedListeners) listener(id);
    };
    connections.set(id, keepConnection(id, { state, pushRequests }));
  }
  if (unlocked) resumeRegistrations();
}

/** A rescan gives a profile other keys: its connection begins anew. */
function reconnect(profileId: string): void {
  connections.get(profileId)?.stop();
  connections.delete(profileId);
  follow();
}

function hurry(): void {
  for (const connection of connections.values()) connection.hurry();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

function tell(): void {
  for (const listener of listeners) listener();
}
