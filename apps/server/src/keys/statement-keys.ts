import type { Signer as EnvelopeSigner, SignedContent } from "@holdfast/envelope/documents";
import { signDocument } from "@holdfast/envelope/documents";
import type { SigningPublicKey } from "@holdfast/protocol/primitives";
import { auditDraft } from "../store/audit-draft.ts";
import type { Store, Transaction } from "../store/store.ts";
import type { KeyActor } from "./kept-keys.ts";
import { type KeptKey, newKey, openKey, readSetting, statementSetting, writeSetting } from "./kept-keys.ts";
import type { Secrets } from "./secrets.ts";

/**
 * Signs statements of signed orders, by keys that sign nothing else (SECURITY §7). Every server on one store has them; the
 * newest signs. Their public halves are kept for ever: what was signed once must be verifiable for as long as anybody asks.
 */
export type StatementSigner = {
  sign(content: SignedContent<"signing-statement">): Promise<string>;
  /** Of every key that ever signed, newest first. */
  publicKeys(): Promise<readonly { readonly kid: string; readonly key: SigningPublicKey }[]>;
  /** A new key signs from now on; nobody has to be told ahead. */
  rotate(actor: KeyActor): Promise<{ readonly kid: string }>;
};

export async function openStatementSigner(store: Store, secrets: Secrets): Promise<StatementSigner> {
  const first = await newKey(secrets, statementSetting);
  await store.transaction(async (tx) => {
    if ((await readSetting(tx, statementSetting)) === null)
      await writeSetting<KeptKey[]>(tx, statementSetting, [kept(first, 0)]);
  });
  const opened = new Map<string, EnvelopeSigner>();

  return {
    async sign(content) {
      // Read each time: another server may have rotated it, and orders are few.
      const [newest] = await store.read(statementKeys);
      if (newest === undefined) throw new Error("the store holds no key of statements");
      const signer = opened.get(newest.kid) ?? (await openKey(secrets, statementSetting, newest));
      if (signer === null) throw new Error(`the private half of the statement key ${newest.kid} is not here`);
      opened.set(newest.kid, signer);
      return signDocument("signing-statement", content, signer);
    },
    publicKeys: async () => (await store.read(statementKeys)).map(({ kid, key }) => ({ kid, key })),
    async rotate(actor) {
      const fresh = await newKey(secrets, statementSetting);
      await store.transaction(async (tx) => {
        const before = await statementKeys(tx);
        // Who takes the store away later finds no key by which to sign what was signed before.
        const retired = before.map((one) => ({
          ...one,
          sealed: null,
          notAfterMs: one.notAfterMs ?? tx.now(),
        }));
        await writeSetting<KeptKey[]>(tx, statementSetting, [...retired, kept(fresh, tx.now())]);
        await tx.audit(auditDraft(tx.now(), actor, "statement-key-rotated", { detail: { kid: fresh.kid } }));
      });
      return { kid: fresh.kid };
    },
  };
}

/** Newest first. */
async function statementKeys(tx: Transaction): Promise<KeptKey[]> {
  const keys = (await readSetting<KeptKey[]>(tx, statementSetting)) ?? [];
  return keys.toReversed();
}

function kept(made: Pick<KeptKey, "kid" | "key" | "sealed">, notBeforeMs: number): KeptKey {
  return { ...made, notBeforeMs, notAfterMs: null };
}
