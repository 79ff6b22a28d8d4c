import type { Person } from "./person.ts";
import type { Workstation } from "./workstation.ts";

/**
 * Which of a person's secrets lie readable in the agent's state directory: his password, his token's seed in any usual
 * spelling, or any of his next 30 codes. Codes count where they stand as a number of their own.
 */
export async function secretsOnDisk(workstation: Workstation, person: Person): Promise<string[]> {
  const seed = Buffer.from(person.seed);
  const spellings: [string, Buffer][] = [
    ["password", Buffer.from(person.password)],
    ["password in base64", Buffer.from(Buffer.from(person.password).toString("base64url"))],
    ["seed", seed],
    ...(["hex", "base64", "base64url"] as const).map(
      (encoding) => [`seed in ${encoding}`, Buffer.from(seed.toString(encoding))] as [string, Buffer],
    ),
  ];
  const codes = Array.from({ length: 30 }, (_, ahead) => person.token.peek(ahead));
  const found: string[] = [];
  for (const [name, { content }] of await workstation.stateFiles()) {
    for (const [what, bytes] of spellings) if (content.includes(bytes)) found.push(`${name}: ${what}`);
    const text = content.toString("latin1");
    for (const code of codes) {
      if (new RegExp(`(?<!\\d)${code}(?!\\d)`).test(text)) found.push(`${name}: a code`);
    }
  }
  return found;
}
