/** A command line that can be pasted into a POSIX shell: words are quoted where they need it. */
export function commandLine(...words: readonly string[]): string {
  return words.map(quoted).join(" ");
}

/** A flag and its value; one that begins with a dash would pass for a flag itself, as some base64url does. */
export function flagWords(flag: string, value: string): string[] {
  return value.startsWith("-") ? [`${flag}=${value}`] : [flag, value];
}

function quoted(word: string): string {
  return /^[A-Za-z0-9_.,:/=@%+-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
