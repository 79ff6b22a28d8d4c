/** The spelling alphabet of ICAO Annex 10 Volume II, table 5-1, for letters; digits by their names. */
const words: Readonly<Record<string, string>> = {
  A: "Alfa",
  B: "Bravo",
  C: "Charlie",
  D: "Delta",
  E: "Echo",
  F: "Foxtrot",
  G: "Golf",
  H: "Hotel",
  I: "India",
  J: "Juliett",
  K: "Kilo",
  L: "Lima",
  M: "Mike",
  N: "November",
  O: "Oscar",
  P: "Papa",
  Q: "Quebec",
  R: "Romeo",
  S: "Sierra",
  T: "Tango",
  U: "Uniform",
  V: "Victor",
  W: "Whiskey",
  X: "X-ray",
  Y: "Yankee",
  Z: "Zulu",
  0: "zero",
  1: "one",
  2: "two",
  3: "three",
  4: "four",
  5: "five",
  6: "six",
  7: "seven",
  8: "eight",
  9: "nine",
};

/** What a person repeats after hearing it once. */
const longestGroup = 5;

/** A code in groups of nearly one length, as they are read over the telephone: "K7MR2" and "9WXTP". */
export function groupsOf(code: string): readonly string[] {
  const letters = [...code.replaceAll(/[\s-]/g, "")];
  const count = Math.max(1, Math.ceil(letters.length / longestGroup));
  const groups: string[] = [];
  let taken = 0;
  for (let left = count; left > 0; left -= 1) {
    const size = Math.ceil((letters.length - taken) / left);
    groups.push(letters.slice(taken, taken + size).join(""));
    taken += size;
  }
  return groups;
}

/** A group letter by letter: "Kilo, seven, Mike". A character without a word is said as it is. */
export function spelled(group: string): string {
  return [...group].map((letter) => words[letter.toUpperCase()] ?? letter).join(", ");
}
