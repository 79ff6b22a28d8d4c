import { afterAll, beforeAll, expect, test } from "vitest";
import type { Rig } from "../testing/rig.ts";
import { startRig } from "../testing/rig.ts";

let rig: Rig;
beforeAll(async () => {
  rig = await startRig();
});
afterAll(() => rig.stop());

/** The whole API by who may call it. A new route fails here until somebody has thought about its row. */
const matrix = `
anybody            GET    /api/v1/certificate-authority
anybody            GET    /api/v1/manifest
anybody            GET    /healthz
anybody            GET    /readyz
anybody            GET    /setup
anybody            POST   /api/v1/setup
api-key admin      DELETE /api/v1/api-keys/:id
api-key admin      DELETE /api/v1/endpoint-enrolments/:id
api-key admin      DELETE /api/v1/endpoints/:id/distrust
api-key admin      DELETE /api/v1/policies/:id
api-key admin      DELETE /api/v1/users/:id
api-key admin      GET    /api/v1/api-keys
api-key admin      PATCH  /api/v1/policies/:id
api-key admin      PATCH  /api/v1/tokens/:id
api-key admin      PATCH  /api/v1/users/:id
api-key admin      POST   /api/v1/alerts/:id/closing
api-key admin      POST   /api/v1/api-keys
api-key admin      POST   /api/v1/endpoint-enrolments
api-key admin      POST   /api/v1/endpoints/:id/revocation
api-key admin      POST   /api/v1/policies
api-key admin      POST   /api/v1/tokens/:id/cache-recommendation
api-key admin      POST   /api/v1/tokens/:id/resynchronisation
api-key admin      POST   /api/v1/tokens/:id/revocation
api-key admin      POST   /api/v1/users
api-key admin      POST   /api/v1/users/:id/tokens
api-key admin      POST   /api/v1/users/:id/unlock
api-key admin      PUT    /api/v1/endpoints/:id/distrust
api-key admin      PUT    /api/v1/users/:id/password
api-key read       GET    /api/v1/alerts
api-key read       GET    /api/v1/audit
api-key read       GET    /api/v1/audit/chains
api-key read       GET    /api/v1/client-profiles/wlm
api-key read       GET    /api/v1/endpoint-enrolments
api-key read       GET    /api/v1/endpoints
api-key read       GET    /api/v1/endpoints/:id
api-key read       GET    /api/v1/keys
api-key read       GET    /api/v1/offline-outlook
api-key read       GET    /api/v1/policies
api-key read       GET    /api/v1/policies/:id
api-key read       GET    /api/v1/tokens
api-key read       GET    /api/v1/tokens/:id
api-key read       GET    /api/v1/tokens/:id/cache-recommendation
api-key read       GET    /api/v1/users
api-key read       GET    /api/v1/users/:id
api-key read       GET    /metrics
api-key read       POST   /api/v1/cache-size
endpoint           POST   /api/v1/endpoints/self/account-checks
endpoint           POST   /api/v1/endpoints/self/bundles
endpoint           POST   /api/v1/endpoints/self/bundles/acknowledgements
endpoint           POST   /api/v1/endpoints/self/slot-parameters
endpoint (revoked) GET    /api/v1/endpoints/self/stream
endpoint (revoked) POST   /api/v1/endpoints/self/contact
new-endpoint       POST   /api/v1/endpoints
sign-in-client     POST   /api/v1/sign-ins
sign-in-client     POST   /api/v1/sign-ins/steps
`;

test("every route is called by who is listed here, and by nobody else", async () => {
  const rows = rig.server.routes.map(({ method, url, access }) => {
    const who =
      access.by === "api-key"
        ? `api-key ${access.scope}`
        : access.by === "endpoint" && access.revokedToo
          ? "endpoint (revoked)"
          : access.by;
    return `${who.padEnd(18)} ${method.padEnd(6)} ${url}`;
  });
  expect(rows.sort()).toEqual(matrix.trim().split("\n").sort());
});

test("a route that is not for anybody refuses a caller without credentials before it looks at the request", async () => {
  for (const { method, url, access } of rig.server.routes) {
    if (access.by === "anybody") continue;
    const response = await rig.server.app.inject({
      method,
      url: url.replace(":id", "x"),
      ...(method === "GET" || method === "DELETE" ? {} : { payload: { junk: 1 } }),
    });
    expect([method, url, response.statusCode, response.json().code]).toEqual([
      method,
      url,
      401,
      "unauthenticated",
    ]);
  }
});
