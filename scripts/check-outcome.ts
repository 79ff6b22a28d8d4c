export type CheckOutcome =
  | { readonly kind: "passed"; readonly detail: string }
  | { readonly kind: "failed"; readonly problems: readonly string[] }
  | { readonly kind: "skipped"; readonly reason: string };
