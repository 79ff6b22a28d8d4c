import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { ContactMemory, ContactVerdict, PresentedContact } from "./contact-order.ts";
import {
  highestTaken,
  isForeignNumber,
  judgeContact,
  longestLeap,
  mostContactsTaken,
  nextContactNumber,
  overtakenWithinMs,
} from "./contact-order.ts";

const nowMs = 1_800_000_000_000;
const enrolled: ContactMemory = { nonce: "n0", previousNonce: null, contactsTaken: [] };

/** Contacts as [number, nonce presented, nonce answered]; what contact 3 drew is "drawn 3". */
function taken(...contacts: [number, string, string][]): ContactMemory {
  return contacts.reduce((memory, [number, nonce, fresh]) => {
    const verdict = judgeContact(memory, presents(number, nonce), fresh, nowMs);
    if (verdict.kind !== "in-order") throw new Error(`${number} is ${verdict.kind}`);
    return verdict.after;
  }, enrolled);
}

const presents = (
  number: number | null,
  nonce: string | null,
  drawn = `drawn ${number}`,
): PresentedContact => ({
  number,
  drawn,
  nonce,
});

const inOrder = { kind: "in-order" } as const;
const clone = { kind: "clone" } as const;
const overtaken = (highest: number) => ({ kind: "overtaken", highest }) as const;

describe("a contact is judged by its number and its nonce", () => {
  const one = taken([1, "n0", "n1"]);
  const skipped = taken([1, "n0", "n1"], [4, "n1", "n2"], [5, "n2", "n3"]);
  test.each<[string, ContactMemory, PresentedContact, object]>([
    ["the first after enrolment", enrolled, presents(1, "n0"), inOrder],
    ["the next", one, presents(2, "n1"), inOrder],
    ["the last answer was lost", one, presents(2, "n0"), inOrder],
    ["some before were never heard", one, presents(900, "n0"), inOrder],
    ["without a nonce", one, presents(2, null), clone],
    ["with an older nonce", skipped, presents(6, "n1"), clone],
    ["with a nonce of nobody", skipped, presents(6, "x"), clone],
    [
      "the same twice, as a kept connection's second try or a balancer's",
      one,
      presents(1, "n0"),
      overtaken(1),
    ],
    ["given up, and the next one was quicker", skipped, presents(3, "n1"), overtaken(5)],
    ["older than that, with the nonce of then", skipped, presents(2, "n1"), overtaken(5)],
    ["a number of before with a nonce that was not presented then", skipped, presents(3, "n0"), clone],
    ["a number of before with the newest nonce", skipped, presents(3, "n3"), clone],
    ["a taken number drawn for by another machine", one, presents(1, "n0", "another"), clone],
    [
      "the last number by another machine, which has the last answer",
      skipped,
      presents(5, "n3", "another"),
      clone,
    ],
    ["unnumbered, in order", skipped, presents(null, "n3"), inOrder],
    ["unnumbered, and the last answer was lost", skipped, presents(null, "n2"), inOrder],
    ["unnumbered, with an older nonce", skipped, presents(null, "n1"), clone],
    ["a leap that uses the numbers up", one, presents(1 + longestLeap + 1, "n1"), clone],
    ["as far as an endpoint may have come unheard", one, presents(1 + longestLeap, "n1"), inOrder],
  ])("%s", (_name, memory, contact, verdict) => {
    expect(judgeContact(memory, contact, "fresh", nowMs)).toMatchObject(verdict);
  });

  test("one of before is no excuse for long, nor beyond what is remembered", () => {
    expect(judgeContact(skipped, presents(3, "n1"), "fresh", nowMs + overtakenWithinMs)).toEqual(
      overtaken(5),
    );
    expect(judgeContact(skipped, presents(3, "n1"), "fresh", nowMs + overtakenWithinMs + 1)).toEqual(clone);
    const many = taken(
      ...Array.from({ length: mostContactsTaken + 2 }, (_, at): [number, string, string] => [
        2 + 2 * at,
        `n${at}`,
        `n${at + 1}`,
      ]),
    );
    expect(many.contactsTaken).toHaveLength(mostContactsTaken);
    expect(judgeContact(many, presents(1, "n0"), "fresh", nowMs)).toEqual(clone);
    const oldest = many.contactsTaken.at(-1);
    expect(
      judgeContact(many, presents((oldest?.number ?? 0) - 1, oldest?.nonce ?? ""), "fresh", nowMs),
    ).toMatchObject({
      kind: "overtaken",
    });
  });

  test("the last number is remembered for ever, what came before it for as long as it counts", () => {
    const later = judgeContact(skipped, presents(6, "n3"), "n4", nowMs + overtakenWithinMs + 1);
    if (later.kind !== "in-order") throw new Error(later.kind);
    expect(later.after.contactsTaken.map(({ number }) => number)).toEqual([6, 5]);
    expect(judgeContact(later.after, presents(4, "n1"), "fresh", nowMs + overtakenWithinMs + 1)).toEqual(
      clone,
    );
  });

  test("an unnumbered one moves the nonce as ever, and no number", () => {
    expect(judgeContact(skipped, presents(null, "n3"), "n4", nowMs)).toEqual({
      kind: "in-order",
      after: { ...skipped, nonce: "n4", previousNonce: "n3" },
    });
  });
});

/** An endpoint as far as its contacts go; two of them with the same state are copies. */
type Machine = { used: number; nonce: string; waitsFor: Flight | null };
type Flight = {
  readonly from: Machine;
  readonly contact: PresentedContact & { readonly number: number };
  readonly foreign: boolean;
  readonly sentAtMs: number;
  readonly takenBefore: number;
};
type Answer = { readonly to: Flight; readonly verdict: ContactVerdict; readonly nonce: string };

/** A server, and what is on its way between it and the machines. */
class Enterprise {
  memory = enrolled;
  alerts = 0;
  taken = 0;
  nowMs = nowMs;
  flights: Flight[] = [];
  answers: Answer[] = [];
  #drawn = 0;

  newMachine = (): Machine => ({ used: 0, nonce: "n0", waitsFor: null });

  begin(from: Machine, told = 0): Flight {
    const foreign = isForeignNumber(from.used, told);
    from.used = nextContactNumber(from.used, told);
    this.#drawn += 1;
    const contact = { number: from.used, drawn: `d${this.#drawn}`, nonce: from.nonce };
    from.waitsFor = { from, contact, foreign, sentAtMs: this.nowMs, takenBefore: this.taken };
    return from.waitsFor;
  }

  serve(flight: Flight): Answer {
    const { contact, foreign } = flight;
    if (foreign) this.alerts += 1;
    const verdict = judgeContact(this.memory, contact, `t${this.taken + 1}`, this.nowMs);
    if (verdict.kind === "clone") this.alerts += 1;
    if (verdict.kind === "in-order") {
      this.taken += 1;
      this.memory = verdict.after;
    }
    return { to: flight, verdict, nonce: this.memory.nonce };
  }

  /** What the machine sends next, where the answer makes it send something at once. */
  receive({ to, verdict, nonce }: Answer): Flight | null {
    const machine = to.from;
    if (verdict.kind === "overtaken" && machine.waitsFor === to) return this.begin(machine, verdict.highest);
    if (machine.waitsFor !== to) return null;
    machine.waitsFor = null;
    if (verdict.kind === "in-order") machine.nonce = nonce;
    return null;
  }

  /** A contact that nothing disturbs, with what the agent does about one that was overtaken. */
  contact(machine: Machine, beforeEachTry: () => void = () => undefined): ContactVerdict["kind"] {
    let flight: Flight | null = this.begin(machine);
    for (let times = 0; times < 3; times += 1) {
      beforeEachTry();
      const answer = this.serve(flight);
      flight = this.receive(answer);
      if (flight === null) return answer.verdict.kind;
    }
    return "overtaken";
  }

  /** What neither end waits for so long, or a server forgets. */
  forgetOld(): void {
    this.flights = this.flights.filter(
      ({ sentAtMs, takenBefore }) =>
        this.nowMs - sentAtMs < overtakenWithinMs && this.taken - takenBefore < mostContactsTaken,
    );
  }
}

type Step =
  | { readonly do: "send" | "killed-before-sending" | "kill" }
  | { readonly do: "arrive" | "arrive-and-again" | "lose" | "answer" | "lose-answer"; readonly which: number }
  | { readonly do: "wait"; readonly ms: number };

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.constantFrom<Step>(
      { do: "send" },
      { do: "send" },
      { do: "killed-before-sending" },
      { do: "kill" },
    ),
  },
  {
    weight: 8,
    arbitrary: fc.record({
      do: fc.constantFrom(
        "arrive",
        "arrive",
        "arrive",
        "arrive-and-again",
        "lose",
        "answer",
        "answer",
        "answer",
        "lose-answer",
      ),
      which: fc.nat(5),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("wait" as const), ms: fc.nat(300_000) }) },
);

function take(enterprise: Enterprise, machine: Machine, one: Step): void {
  const { flights, answers } = enterprise;
  const pick = <T>(list: T[], which: number, keep = false): T | undefined =>
    list.length === 0 ? undefined : keep ? list[which % list.length] : list.splice(which % list.length, 1)[0];
  switch (one.do) {
    // Also while another is under way: two parts of an agent, or one that gave up waiting.
    case "send":
      flights.push(enterprise.begin(machine));
      break;
    case "killed-before-sending":
      enterprise.begin(machine);
      machine.waitsFor = null;
      break;
    case "kill":
      machine.waitsFor = null;
      break;
    case "arrive":
    case "arrive-and-again": {
      const flight = pick(flights, one.which, one.do === "arrive-and-again");
      if (flight) answers.push(enterprise.serve(flight));
      break;
    }
    case "lose":
      pick(flights, one.which);
      break;
    case "answer": {
      const answer = pick(answers, one.which);
      const next = answer ? enterprise.receive(answer) : null;
      if (next) flights.push(next);
      break;
    }
    case "lose-answer":
      pick(answers, one.which);
      break;
    case "wait":
      enterprise.nowMs += one.ms;
      break;
  }
  enterprise.forgetOld();
}

describe("one endpoint", () => {
  test("is never suspected, whatever is delayed, lost, repeated or killed, and gets through in the end (SECURITY §1)", () => {
    let late = 0;
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const enterprise = new Enterprise();
        const machine = enterprise.newMachine();
        for (const one of steps) {
          take(enterprise, machine, one);
          late += enterprise.answers.filter(({ verdict }) => verdict.kind === "overtaken").length;
          expect(enterprise.alerts).toBe(0);
        }
        expect(enterprise.contact(machine)).toBe("in-order");
        for (const flight of enterprise.flights)
          expect(enterprise.serve(flight).verdict.kind).toBe("overtaken");
        expect(enterprise.contact(machine)).toBe("in-order");
        expect(enterprise.alerts).toBe(0);
      }),
      { numRuns: 2000 },
    );
    expect(late).toBeGreaterThan(100);
  });
});

describe("an endpoint and its copy", () => {
  const history = fc.array(step, { maxLength: 20 });
  const whose = fc.array(fc.tuple(fc.boolean(), step), { maxLength: 40 });
  const orders = fc.shuffledSubarray([0, 0, 1, 1], { minLength: 4 });

  /** Two machines with the state of one, after something happened to it. */
  const copied = (steps: readonly Step[]) => {
    const enterprise = new Enterprise();
    const original = enterprise.newMachine();
    for (const one of steps) take(enterprise, original, one);
    return { enterprise, original, copy: { ...original, waitsFor: null } };
  };

  test("are found once both have made two contacts, whatever came before", () => {
    fc.assert(
      fc.property(history, whose, orders, (before, since, order) => {
        const { enterprise, original, copy } = copied(before);
        for (const [isCopy, one] of since) take(enterprise, isCopy ? copy : original, one);
        for (const which of order) enterprise.contact(which === 0 ? original : copy);
        expect(enterprise.alerts).toBeGreaterThan(0);
      }),
      { numRuns: 2000 },
    );
  });

  test("undisturbed, are found at the first contact of the second one", () => {
    fc.assert(
      fc.property(fc.nat(4), fc.nat(4), fc.boolean(), (before, first, copyFirst) => {
        const { enterprise, original, copy } = copied([]);
        for (let times = 0; times < before; times += 1) enterprise.contact(original);
        Object.assign(copy, original);
        const [one, other] = copyFirst ? [copy, original] : [original, copy];
        for (let times = 0; times <= first; times += 1) expect(enterprise.contact(one)).toBe("in-order");
        expect(enterprise.contact(other)).toBe("clone");
        expect(enterprise.alerts).toBe(1);
      }),
    );
  });

  type Forged = { readonly leap: number; readonly nonce: number };
  const forged: fc.Arbitrary<Forged> = fc.record({
    leap: fc.oneof(fc.integer({ min: -6, max: 6 }), fc.nat(longestLeap)),
    nonce: fc.nat(5),
  });

  /** A thief with the key and the state, who numbers his contacts as he likes and presents any nonce that he knows. */
  const forge = (
    enterprise: Enterprise,
    thief: Machine,
    known: string[],
    { leap, nonce }: Forged,
  ): boolean => {
    const number = Math.max(1, (leap > 6 ? highestTaken(enterprise.memory) : thief.used) + leap);
    const flight: Flight = {
      from: { ...thief },
      contact: {
        number,
        drawn: `forged ${enterprise.taken} ${number} ${nonce} ${known.length}`,
        nonce: known[nonce % known.length] ?? "",
      },
      foreign: false,
      sentAtMs: enterprise.nowMs,
      takenBefore: enterprise.taken,
    };
    const answer = enterprise.serve(flight);
    if (answer.verdict.kind === "in-order") known.push(answer.nonce);
    return answer.verdict.kind === "in-order";
  };

  test("a thief's contact between two of the endpoint's is found by the second of them, whatever he numbers it", () => {
    let between = 0;
    fc.assert(
      fc.property(
        history,
        fc.array(forged, { maxLength: 5 }),
        fc.array(forged, { minLength: 1, maxLength: 5 }),
        (before, first, then) => {
          const { enterprise, original, copy } = copied(before);
          const known = [copy.nonce];
          for (const one of first) forge(enterprise, copy, known, one);
          enterprise.contact(original);
          const came = then.map((one) => forge(enterprise, copy, known, one));
          enterprise.contact(original);
          if (!came.includes(true)) return;
          between += 1;
          expect(enterprise.alerts).toBeGreaterThan(0);
        },
      ),
      { numRuns: 2000 },
    );
    expect(between).toBeGreaterThan(50);
  });

  test("a thief who leaps ahead of every try keeps the endpoint out for no contact that raises no alert", () => {
    fc.assert(
      fc.property(history, fc.array(forged, { maxLength: 8 }), (before, thefts) => {
        const { enterprise, original, copy } = copied(before);
        const known = [copy.nonce];
        const waiting = [...thefts];
        const came = enterprise.contact(original, () => {
          for (const one of waiting.splice(0, 2)) forge(enterprise, copy, known, one);
        });
        expect(came === "in-order" || enterprise.alerts > 0).toBe(true);
      }),
      { numRuns: 2000 },
    );
  });
});
