import type { Signer as EnvelopeSigner } from "@holdfast/envelope/documents";
import { signDocument } from "@holdfast/envelope/documents";
import type { Manifest } from "@holdfast/protocol/endpoint-api";
import { auditDraft } from "../store/audit-draft.ts";
import type { Transaction } from "../store/store.ts";
import { bundleKeys, readSetting, writeSetting } from "./kept-keys.ts";

/** The numbered list of what endpoints trust, signed by the root key (SECURITY §7). */
type KeptManifest = { number: number; epoch: number; document: string; content: Manifest };
type Trusted = Pick<Manifest, "epoch" | "bundleKeys" | "authorityPins">;

const manifestSetting = "manifest";
const pinsSetting = "authority-pins";
const epochSetting = "epoch";
/** The next manifest is numbered above this. */
const numberSetting = "manifest-number";
const mostPins = 16;

/** The manifest in force, as every server on this store hands it out. */
export async function currentManifest(tx: Transaction): Promise<{ number: number; document: string }> {
  const kept = await readSetting<KeptManifest>(tx, manifestSetting);
  if (!kept) throw new Error("the store holds no key manifest");
  return { number: kept.number, document: kept.document };
}

/** Rises when a backup was restored (SECURITY §7). */
export async function currentEpoch(tx: Transaction): Promise<number> {
  return (await readSetting<number>(tx, epochSetting)) ?? 1;
}

/**
 * After a restore endpoints hold bundles and manifests that this store knows nothing of. Epochs are seconds since 1970
 * from the first restore on, and manifests are numbered above them: so both lie above whatever was issued since the
 * backup, also where one backup is restored twice.
 */
export async function openEpoch(tx: Transaction, epoch: number): Promise<void> {
  if (epoch <= (await currentEpoch(tx))) return;
  await writeSetting(tx, epochSetting, epoch);
  await writeSetting(tx, numberSetting, epoch);
}

/** Since when the manifest in force names this authority; null: it does not, or not yet. */
export async function announcedSinceMs(tx: Transaction, pin: string): Promise<number | null> {
  const kept = await readSetting<KeptManifest>(tx, manifestSetting);
  return kept?.content.authorityPins.includes(pin) ? kept.content.issuedAtMs : null;
}

/** Servers with certificates of their own add their pins; none takes another's away. */
export async function addAuthorityPins(tx: Transaction, pins: readonly string[]): Promise<void> {
  const kept = (await readSetting<string[]>(tx, pinsSetting)) ?? [];
  const joined = [...new Set([...kept, ...pins])].slice(-mostPins);
  if (joined.length !== kept.length || joined.some((pin, index) => pin !== kept[index]))
    await writeSetting(tx, pinsSetting, joined);
}

/** Whether what the manifest says is no longer what is so: then the next one is to be signed. */
export async function manifestIsDue(tx: Transaction): Promise<boolean> {
  const kept = await readSetting<KeptManifest>(tx, manifestSetting);
  if (kept === null) return true;
  const { epoch, bundleKeys: keys, authorityPins } = kept.content;
  return JSON.stringify({ epoch, bundleKeys: keys, authorityPins }) !== JSON.stringify(await trusted(tx));
}

/** Signs the next manifest, numbered one higher, where one is due; null where none is. */
export async function issueManifest(tx: Transaction, root: EnvelopeSigner): Promise<number | null> {
  if (!(await manifestIsDue(tx))) return null;
  const kept = await readSetting<KeptManifest>(tx, manifestSetting);
  const least = (await readSetting<number>(tx, numberSetting)) ?? 0;
  const number = Math.max(kept?.number ?? 0, least) + 1;
  const content: Manifest = { version: 1, number, issuedAtMs: tx.now(), ...(await trusted(tx)) };
  const document = await signDocument("manifest", content, root);
  const { epoch } = content;
  await writeSetting<KeptManifest>(tx, manifestSetting, { number, epoch, document, content });
  await tx.audit(auditDraft(tx.now(), { name: "server" }, "manifest-issued", { detail: { number, epoch } }));
  return number;
}

async function trusted(tx: Transaction): Promise<Trusted> {
  return {
    epoch: await currentEpoch(tx),
    bundleKeys: (await bundleKeys(tx)).map(({ kid, key, notBeforeMs, notAfterMs }) => ({
      kid,
      key,
      notBeforeMs,
      notAfterMs,
    })),
    authorityPins: (await readSetting<string[]>(tx, pinsSetting)) ?? [],
  };
}
