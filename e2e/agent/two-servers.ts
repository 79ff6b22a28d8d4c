import { newMasterKey } from "@holdfast/server/keys/master-key";
import { openStore } from "@holdfast/server/store/open-store";
import { type Site, startSite, TestEnterprise } from "./enterprise.ts";

/** Two servers on one store; the first is the one that endpoints are enrolled at. */
export async function twoServers(
  sites: readonly [string, string],
  failoverBetweenSites: boolean,
  secondClock = { now: () => Date.now() },
) {
  const stack = new AsyncDisposableStack();
  const store = await openStore({ location: ":memory:", now: () => Date.now(), serverId: "shared" });
  stack.defer(() => store.close());
  const shared = { ...store, close: async () => undefined };
  const ports = { store: shared, masterKeys: [newMasterKey()] } as const;
  const options = (site: string) => ({ ports, server: { site, failoverBetweenSites } });
  const enterprise = stack.use(await TestEnterprise.start(options(sites[0])));
  const second: Site = await startSite({
    ...options(sites[1]),
    ports: { ...ports, clock: secondClock },
  });
  stack.defer(async () => {
    await second.server.stop();
    await second.proxy[Symbol.asyncDispose]();
  });
  return { enterprise, first: enterprise.site, second, [Symbol.asyncDispose]: () => stack.disposeAsync() };
}
