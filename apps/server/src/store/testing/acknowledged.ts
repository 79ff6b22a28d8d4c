import { expect } from "vitest";
import type { Store } from "../store.ts";
import { factsOf, success } from "./samples.ts";

export type Acknowledgement = { readonly kind: string; readonly id: string; readonly name: string };

/** Whole lines of a writer's output. */
export function acknowledgements(output: string): Acknowledgement[] {
  const whole = output.slice(0, output.lastIndexOf("\n") + 1);
  return [...whole.matchAll(/^(attempt|setting) (\S+) (\S+)$/gm)].map(
    ([, kind = "", id = "", name = ""]) => ({
      kind,
      id,
      name,
    }),
  );
}

/** All that was acknowledged is there, every chain is whole, and the store goes on. */
export async function expectNothingLost(
  store: Store,
  acknowledged: readonly Acknowledgement[],
): Promise<void> {
  const signIns = new Map<string, number>();
  for (const { kind, id, name } of acknowledged) {
    if (kind === "setting") {
      expect(await store.read((tx) => tx.settings.get(id)), `setting ${id}`).toBe("set");
      continue;
    }
    expect(await store.attempt(id, "ep_desk"), `attempt ${id}`).toBe(`"${id}"`);
    expect((await store.audit({ attemptId: id, limit: 5 })).items, `audit of ${id}`).toHaveLength(1);
    signIns.set(name, (signIns.get(name) ?? 0) + 1);
  }
  const chain = await store.verifyChain(store.chain);
  if (chain.kind === "broken") throw new Error(chain.why);
  expect(chain.through).toBeGreaterThanOrEqual(acknowledged.length);
  for (const [name, count] of signIns) {
    const facts = await factsOf(store, name);
    const used = await store.read((tx) => tx.consumptions.ofToken(facts.token?.id ?? "", 0));
    expect(used.length).toBeGreaterThanOrEqual(count);
    // Every sign-in has all of its parts or none.
    expect(facts.token?.nextCounter).toBe(used.length);
    expect((await store.audit({ userId: facts.user.id, type: "sign-in", limit: 1000 })).items).toHaveLength(
      Math.min(used.length, 1000),
    );
    expect(await store.commitSignIn(success(facts))).toBe("committed");
  }
}
