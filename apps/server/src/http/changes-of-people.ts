import type { Route } from "./route.ts";

/**
 * Routes by which somebody's account, role or what his role gives is changed. An API key may no more than its maker: what
 * this server knows of keys is forgotten before the change is answered.
 */
export function forgettingKeys(forget: () => void, routes: readonly Route[]): Route[] {
  return routes.map((route) =>
    route.method === "GET"
      ? route
      : {
          ...route,
          handle: async (call) => {
            try {
              return await route.handle(call);
            } finally {
              forget();
            }
          },
        },
  );
}
