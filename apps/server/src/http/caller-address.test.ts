import fc from "fast-check";
import fastify from "fastify";
import { describe, expect, test } from "vitest";
import { inMemoryConfig, unsafe } from "../config.ts";
import { tellCallerAddress } from "./caller-address.ts";

describe("who asks", () => {
  async function askedBy(
    trustedProxies: readonly string[],
    remoteAddress: string,
    headers: Record<string, string> = {},
  ): Promise<{ address: string; here: boolean }> {
    const app = fastify();
    tellCallerAddress(app, trustedProxies);
    app.get("/", (request) => ({ address: request.callerAddress, here: request.isFromThisMachine }));
    const answer = await app.inject({ url: "/", remoteAddress, headers });
    return answer.json();
  }
  const forwarded = (list: string) => ({ "x-forwarded-for": list });

  test("nobody's word is believed while no proxy is trusted", async () => {
    const asked = await askedBy([], "203.0.113.7", forwarded("10.0.0.1"));
    expect(asked).toEqual({ address: "203.0.113.7", here: false });
    const mapped = await askedBy([], "::ffff:203.0.113.7");
    expect(mapped.address).toBe("203.0.113.7");
  });

  test("a trusted proxy's is, back to the first address that is none of them, which nobody can write for another", async () => {
    const proxies = ["10.20.0.0/24", "127.0.0.1"];
    const chain = forwarded("198.51.100.66, 203.0.113.7, 10.20.0.9");
    expect((await askedBy(proxies, "127.0.0.1", chain)).address).toBe("203.0.113.7");
    expect((await askedBy(proxies, "203.0.113.8", chain)).address, "not through the proxy").toBe(
      "203.0.113.8",
    );
    expect((await askedBy(proxies, "::ffff:10.20.0.5", chain)).address).toBe("203.0.113.7");
  });

  test("what is no address is not taken for one", async () => {
    for (const rubbish of ["unknown", "203.0.113.7:4711", "<script>", ""])
      expect((await askedBy(["127.0.0.1"], "127.0.0.1", forwarded(rubbish))).address).toBe("127.0.0.1");
    await fc.assert(
      fc.asyncProperty(fc.array(fc.stringMatching(/^[ -~]{0,20}$/), { maxLength: 5 }), async (entries) => {
        const { address } = await askedBy(["127.0.0.1"], "127.0.0.1", forwarded(entries.join(",")));
        expect(address).toMatch(/^[0-9a-f:.]+$/i);
      }),
      { numRuns: 50 },
    );
  });

  test("a proxy on this machine does not make its callers ones of this machine", async () => {
    expect((await askedBy([], "127.0.0.1")).here).toBe(true);
    expect((await askedBy([], "127.0.0.1", forwarded("203.0.113.7"))).here).toBe(false);
    expect((await askedBy([], "127.0.0.1", { forwarded: "for=203.0.113.7" })).here).toBe(false);
    expect((await askedBy(["127.0.0.1"], "127.0.0.1", forwarded("203.0.113.7"))).here).toBe(false);
    expect((await askedBy(["127.0.0.1"], "127.0.0.1")).here).toBe(true);
    expect((await askedBy([], "127.0.0.1", { via: "1.1 proxy" })).here).toBe(false);
    expect((await askedBy(["127.0.0.1"], "127.0.0.1", { forwarded: "for=203.0.113.7" })).here).toBe(false);
  });

  test("what a proxy says makes nobody one of this machine", async () => {
    const here = async (trusted: string, from: string, list: string) =>
      (await askedBy([trusted], from, forwarded(list))).here;
    expect(await here("10.20.0.5", "10.20.0.5", "127.0.0.1"), "somebody at the proxy's machine").toBe(false);
    expect(await here("127.0.0.1", "127.0.0.1", "203.0.113.7:4711"), "an entry with a port").toBe(false);
    expect(await here("10.20.0.5", "127.0.0.1", "203.0.113.7"), "a second proxy, of which nobody knows").toBe(
      false,
    );
    expect(await here("127.0.0.1", "127.0.0.1", "127.0.0.1"), "written by the caller himself").toBe(false);
  });

  test("who has hung up meanwhile is nobody, and no fault", async () => {
    const app = fastify();
    tellCallerAddress(app, []);
    app.addHook("onRequest", async ({ raw }) => {
      Object.defineProperty(raw.socket, "remoteAddress", { value: undefined });
    });
    app.get("/", (request) => ({ address: request.callerAddress, here: request.isFromThisMachine }));
    expect((await app.inject("/")).json()).toEqual({ address: "", here: false });
  });

  test("what is neither an address nor a network, or is every network, stops the start", () => {
    const says = (...trustedProxies: string[]) => unsafe({ ...inMemoryConfig, trustedProxies });
    expect(says("10.20.0.5", "10.20.0.0/24", "2001:db8::/32", "::1")).toBeNull();
    for (const wrong of ["proxy.example.org", "loopback", "10.0.0.0/33", "0.0.0.0/0", "::/0", "10.0.0"])
      expect(says(wrong)).toContain(`"${wrong}"`);
  });
});
