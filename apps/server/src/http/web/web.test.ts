import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { code, newPerson } from "../../testing/rig.ts";
import type { WebRig } from "../../testing/web-rig.ts";
import { startWebRig } from "../../testing/web-rig.ts";

let rig: WebRig;
beforeAll(async () => {
  rig = await startWebRig();
});
afterAll(() => rig.stop());

test("smoke", async () => {
  const ada = await newPerson(rig, "ada");
  const portal = rig.browser("portal");
  console.log(rig.started);
  const page = await rig.raw("portal", "GET", "/");
  console.log(page);
  const asked = await portal.call("POST", "/api/v1/session/sign-in", {
    userName: "ada",
    given: [{ factor: "password", value: ada.password }],
  });
  console.log(asked.status, asked.body);
  const done = await portal.call("POST", "/api/v1/session/sign-in/steps", {
    continuation: asked.body.continuation,
    given: { factor: "hotp", value: code(ada, 0) },
  });
  console.log(done.status, done.body, done.headers);
  console.log((await portal.call("GET", "/api/v1/session")).body);
});
