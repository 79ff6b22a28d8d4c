export const outcomeWords = { succeeded: "Succeeded", refused: "Refused", info: "Done" } as const;

/** "token-revoked" as people read it: "Token revoked". The type itself stays what filters and exports use. */
export function eventWords(type: string): string {
  const words = type
    .replace(/[-._]/g, " ")
    .replace(/\b(hotp|totp|pin|api|ca)\b/g, (word) => word.toUpperCase());
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** "wrong-credentials" as people read it: "wrong credentials". What an administrator gave as a reason stays as it is. */
export function reasonWords(reason: string): string {
  return /^[a-z]+(?:-[a-z]+)+$/.test(reason) ? reason.replaceAll("-", " ") : reason;
}
