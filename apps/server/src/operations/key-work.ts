import { existsSync } from "node:fs";
import type { Actor } from "../app/actor.ts";
import { rotateBundleKey } from "../keys/bundle-key-rotation.ts";
import { bundleSetting, newKey } from "../keys/kept-keys.ts";
import { issueManifest } from "../keys/key-manifest.ts";
import { loadMasterKeys } from "../keys/master-key.ts";
import { exportRootKey, rootSigner } from "../keys/root-key.ts";
import { createSecrets, type Secrets } from "../keys/secrets.ts";
import { openStore } from "../store/open-store.ts";
import type { Store } from "../store/store.ts";

/** What `holdfast-server` does instead of serving, on the server's own host and nowhere else. */
export type KeyWork =
  | { readonly do: "export-root-key"; readonly file: string }
  | { readonly do: "sign-manifest"; readonly rootKeyFile: string | null; readonly rotateBundleKey: boolean };

export type KeyWorkResult =
  | { readonly kind: "done"; readonly lines: readonly string[]; readonly json: Record<string, unknown> }
  | { readonly kind: "refused"; readonly why: string };

/** The work that the options ask for, null for none, or what is wrong with them together. */
export function keyWorkOf(options: {
  readonly exportRootKey: string | null;
  readonly signManifest: string | null;
  readonly rotateBundleKey: boolean;
}): KeyWork | null | string {
  const { exportRootKey: file, signManifest: rootKeyFile, rotateBundleKey: rotate } = options;
  if (file !== null)
    return rootKeyFile !== null || rotate
      ? "--export-root-key goes with no other work: rotate first, or sign by the file afterwards."
      : { do: "export-root-key", file };
  return rootKeyFile !== null || rotate
    ? { do: "sign-manifest", rootKeyFile, rotateBundleKey: rotate }
    : null;
}

/** Servers on the store may go on meanwhile: they hand out a new manifest at once and take up new keys in time. */
export async function doKeyWork(
  work: KeyWork,
  place: { readonly store: string; readonly stateDir: string },
  ports: { now(): number; readonly env: Readonly<Record<string, string | undefined>> },
): Promise<KeyWorkResult> {
  if (!place.store.startsWith("postgres") && !existsSync(place.store))
    return { kind: "refused", why: `There is no store at ${place.store}: start the server once before.` };
  const secrets = createSecrets((await loadMasterKeys(place.stateDir, ports.env)).keys);
  // An audit chain of its own: the server's may be in use.
  const store = await openStore({ location: place.store, now: ports.now, serverId: "key-work" });
  try {
    return work.do === "export-root-key"
      ? await takeRootKey(store, secrets, work.file)
      : await signManifest(store, secrets, work);
  } finally {
    await store.close();
  }
}

const actor = { name: "server-host" };

async function takeRootKey(store: Store, secrets: Secrets, file: string): Promise<KeyWorkResult> {
  const exported = await exportRootKey(store, secrets, actor, file);
  if (exported.kind === "refused") return exported;
  const { kid } = exported.value;
  return {
    kind: "done",
    json: { exported: file, kid },
    lines: [
      `The root key ${kid} is in ${file}, and in the store no more. Take it off this machine, twice, and keep it.`,
      "Without it no manifest can be signed any more, and every endpoint would have to be enrolled anew.",
      "Backups made before hold it still, sealed under the master key: delete them, or change the master key.",
    ],
  };
}

/** By whoever may: on the host with the root key's file, over the API only while the root key is in the store. */
export async function signManifest(
  store: Store,
  secrets: Secrets,
  work: Pick<Extract<KeyWork, { do: "sign-manifest" }>, "rootKeyFile" | "rotateBundleKey">,
  by: Actor = actor,
): Promise<KeyWorkResult> {
  const root = await rootSigner(store, secrets, work.rootKeyFile);
  if (root.kind === "refused") return root;
  const fresh = work.rotateBundleKey ? await newKey(secrets, bundleSetting) : null;
  return store.transaction(async (tx): Promise<KeyWorkResult> => {
    const rotation = fresh && (await rotateBundleKey(tx, by, fresh));
    if (rotation?.kind === "refused") return rotation;
    const number = await issueManifest(tx, root.value);
    const signed =
      number === null
        ? "No manifest is due: the one in force says what is so."
        : `Signed manifest ${number}.`;
    return {
      kind: "done",
      json: {
        manifest: number,
        ...(rotation ? { bundleKey: rotation.kid, signsFromMs: rotation.signsFromMs } : {}),
      },
      lines: [
        ...(rotation
          ? [
              `Announced the bundle key ${rotation.kid}; it signs from ${new Date(rotation.signsFromMs).toISOString()} on.`,
            ]
          : []),
        signed,
      ],
    };
  });
}
