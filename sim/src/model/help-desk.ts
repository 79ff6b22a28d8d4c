import type { Person } from "./people.ts";

/** What somebody types who has asked the help desk. */
export type Help = { readonly kind: "bypass-code" | "ocra"; readonly value: string };

type Given = Help & { readonly place: string; ended: boolean };

/** What the help desk has read out to whom and for where, and what may open nothing any more (OTP-23, OTP-24). */
export class HelpDesk {
  readonly #given: Given[] = [];

  gave(machine: string, person: Person, help: Help): void {
    this.#given.push({ ...help, place: placeOf(machine, person), ended: false });
  }

  /** Codes that were read out to this person for wherever. */
  codesOf(person: Person): readonly Help[] {
    return this.#given.filter(
      ({ place, kind }) => kind === "bypass-code" && place.endsWith(` ${person.userName}`),
    );
  }

  /** Null: it may have opened this machine to him. An answer opens once. */
  whyNot(machine: string, person: Person, help: Help): string | null {
    const same = this.#given.filter(
      ({ place, kind, value }) =>
        place === placeOf(machine, person) && kind === help.kind && plain(value) === plain(help.value),
    );
    if (same.length === 0) return "that nobody gave him for there";
    if (same.every(({ ended }) => ended)) return "that was over";
    if (help.kind === "ocra") for (const one of same) one.ended = true;
    return null;
  }

  /** An online sign-in ends the codes that were given before it. */
  signedInOnline(machine: string, person: Person): void {
    for (const one of this.#given)
      if (one.kind === "bypass-code" && one.place === placeOf(machine, person)) one.ended = true;
  }

  /** A disk that was set back may hold what was over. */
  setBack(machine: string): void {
    for (const one of this.#given) if (one.place.startsWith(`${machine} `)) one.ended = false;
  }
}

function placeOf(machine: string, { userName }: Person): string {
  return `${machine} ${userName}`;
}

function plain(text: string): string {
  return text.replace(/[\s-]/g, "").toUpperCase();
}
