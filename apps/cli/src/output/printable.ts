/** Text from elsewhere with everything a terminal might obey made visible instead (control and format characters). */
export function printable(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, (character) =>
    character === "\n" || character === "\t" ? " " : "\ufffd",
  );
}
