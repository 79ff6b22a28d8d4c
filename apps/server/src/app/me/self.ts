import type { Actor } from "../actor.ts";

/** Who acts for himself, by which session. */
export type Self = { readonly userId: string; readonly sessionId: string; readonly actor: Actor };
