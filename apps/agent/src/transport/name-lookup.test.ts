import type { lookup } from "node:dns";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { createNameLookup } from "./name-lookup.ts";

type Answered = (
  error: NodeJS.ErrnoException | null,
  addresses: { address: string; family: number }[],
) => void;

/** A name server whose answers the test gives when it likes. */
function nameServer() {
  const asked: { name: string; answer: Answered }[] = [];
  const find = createNameLookup(((name: string, _options: object, answer: Answered) => {
    asked.push({ name, answer });
  }) as unknown as typeof lookup);
  const ask = (name: string, options: object = { all: true }) =>
    new Promise<unknown>((resolve) =>
      find(name, options, (error, address) => resolve(error ? error.code : address)),
    );
  return { asked, ask };
}
const first = [{ address: "192.0.2.1", family: 4 }];
const second = [{ address: "192.0.2.2", family: 4 }];

beforeEach(() => void vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "performance"] }));
afterEach(() => void vi.useRealTimers());

describe("looking up servers' names", () => {
  test("a fresh answer is used again without asking", async () => {
    const { asked, ask } = nameServer();
    const answer = ask("a.test");
    asked[0]?.answer(null, first);
    expect(await answer).toEqual(first);
    expect(await ask("a.test")).toEqual(first);
    expect(asked).toHaveLength(1);
  });

  test("a name server that has fallen silent: the old address, after 300 ms", async () => {
    const { asked, ask } = nameServer();
    const known = ask("a.test");
    asked[0]?.answer(null, first);
    await known;
    await vi.advanceTimersByTimeAsync(61_000);
    const again = ask("a.test");
    await vi.advanceTimersByTimeAsync(300);
    expect(await again).toEqual(first);
    expect(asked).toHaveLength(2);
    asked[1]?.answer(null, second);
    expect(await ask("a.test")).toEqual(second);
  });

  test("an error keeps what was known", async () => {
    const { asked, ask } = nameServer();
    const known = ask("a.test");
    asked[0]?.answer(null, first);
    await known;
    await vi.advanceTimersByTimeAsync(61_000);
    const again = ask("a.test");
    asked[1]?.answer(Object.assign(new Error("no"), { code: "EAI_AGAIN" }), []);
    expect(await again).toEqual(first);
  });

  test("no name is asked twice at a time, and no more than two names: threads are few", async () => {
    const { asked, ask } = nameServer();
    const [a, again, b] = [ask("a.test"), ask("a.test"), ask("b.test")];
    expect(await ask("c.test")).toBe("EAI_AGAIN");
    expect(asked.map(({ name }) => name)).toEqual(["a.test", "b.test"]);
    asked[0]?.answer(null, first);
    asked[1]?.answer(null, second);
    expect([await a, await again, await b]).toEqual([first, first, second]);
  });

  test("addresses need no name server, and one family may be wanted", async () => {
    const { asked, ask } = nameServer();
    expect(await ask("::1")).toEqual([{ address: "::1", family: 6 }]);
    const both = ask("a.test", { family: 6 });
    asked[0]?.answer(null, [...first, { address: "2001:db8::1", family: 6 }]);
    expect(await both).toBe("2001:db8::1");
    expect(await ask("a.test", { family: "IPv4" })).toBe("192.0.2.1");
  });
});
