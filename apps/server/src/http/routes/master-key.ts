import { bundleKeyRotation, masterKeyView } from "@holdfast/protocol/operating-api";
import type { MasterKeyRotation } from "../../app/master-key/rotation.ts";
import { ok, refused } from "../../app/outcome.ts";
import type { AppPorts } from "../../app/ports.ts";
import { signManifest } from "../../operations/key-work.ts";
import type { Route } from "../route.ts";
import { administrator, freshAdministrator, route } from "../route.ts";

/** Keys that are changed over the API; the root key is moved and used on the server's own host only. */
export function masterKeyRoutes(ports: AppPorts, rotation: MasterKeyRotation): Route[] {
  return [
    route(
      "POST",
      "/api/v1/keys/bundle/rotation",
      freshAdministrator("properties.keys"),
      {
        summary: "Announce a new bundle key in the next manifest; only while the root key is in the store",
        answer: bundleKeyRotation,
        status: 202,
      },
      async ({ actor }) => {
        const work = { rootKeyFile: null, rotateBundleKey: true } as const;
        const result = await signManifest(ports.store, ports.secrets, work, actor);
        return result.kind === "refused" ? refused("conflict", result.why) : ok(result.json);
      },
    ),
    route(
      "GET",
      "/api/v1/keys/master",
      administrator("properties.read"),
      { summary: "Tell of the master key, and how far a change of it is", answer: masterKeyView },
      async () => ok(rotation.view()),
    ),
    route(
      "POST",
      "/api/v1/keys/master/rotation",
      freshAdministrator("properties.keys"),
      {
        summary: "Change the master key: wrap every secret anew while the server goes on",
        answer: masterKeyView,
        status: 202,
      },
      ({ actor }) => rotation.begin(actor),
    ),
  ];
}
