import type { UserPolicy } from "@holdfast/protocol/policy";
import type { TokenRow } from "./tokens-store.ts";
import type { SignInStateRow, UserRow } from "./users-store.ts";

/** One read that brings all that a sign-in step decides on. */
export type SignInFactsRow = {
  user: UserRow;
  policy: UserPolicy;
  state: SignInStateRow;
  /** The first enabled event-based token by creation (OTP-28), with its sealed secret; null: none. */
  token: TokenRow | null;
  /** How many enabled event-based tokens there are (the console warns above one). */
  enabledTokens: number;
};
