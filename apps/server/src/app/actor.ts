import type { Principal } from "@holdfast/core/authorization/principal";

/** Who does something: as the audit names him, and what he may do. Without a principal: nothing that is asked for. */
export type Actor = { readonly name: string; readonly principal?: Principal };

/** The server by itself: setup, housekeeping. */
export const serverActor: Actor = { name: "server", principal: { kind: "server" } };
