import type { LocalRules } from "@holdfast/offline-store/types";
import type { AccountRules } from "./accounts.ts";

export type SignInRules = { readonly accounts: AccountRules; readonly offline: LocalRules };
