import type { ConnectivitySettings } from "@holdfast/core/connectivity/candidates";
import { isForeignNumber, nextContactNumber } from "@holdfast/core/reconcile/contact-order";
import { trustedKeys, trustOnly, verifyDocument } from "@holdfast/envelope/documents";
import { Serial } from "@holdfast/offline-store/serial";
import type { DurableFiles } from "@holdfast/offline-store/types";
import { type EnterpriseFile, enterpriseFile } from "@holdfast/protocol/agent-files";
import type { Manifest } from "@holdfast/protocol/endpoint-api";
import type { SigningPublicKey } from "@holdfast/protocol/primitives";

export type EnterpriseRecord = Omit<EnterpriseFile, "version">;

/** What a contact carries so that it is known for this endpoint's, and for the older or newer of two. */
export type BegunContact = {
  readonly nonce: string;
  /** Null: the disk did not take it. The contact is made all the same: it may bring what must be locked or deleted. */
  readonly number: number | null;
  /** A number that the server says it has taken, and that is none of this endpoint's. */
  readonly foreign: number | null;
};

const fileName = "enterprise.json";

/** The enterprise as this endpoint knows it: servers, authorities, keys to trust. Every change is durable. */
export class Enterprise {
  readonly #files: DurableFiles;
  readonly #rootKey: SigningPublicKey;
  readonly #changes = new Serial();
  #begunLast: BegunContact | null = null;
  #record: EnterpriseRecord;
  #manifest: Manifest;

  private constructor(
    files: DurableFiles,
    rootKey: SigningPublicKey,
    record: EnterpriseRecord,
    manifest: Manifest,
  ) {
    this.#files = files;
    this.#rootKey = rootKey;
    this.#record = record;
    this.#manifest = manifest;
  }

  /** @throws where the file is missing or damaged: an enrolled endpoint without it can trust nobody. */
  static async read(files: DurableFiles, rootKey: SigningPublicKey): Promise<Enterprise> {
    const content = await files.read(fileName);
    const parsed = enterpriseFile.safeParse(content === null ? null : jsonOf(content));
    if (!parsed.success)
      throw new Error(`${fileName} in the state directory is ${content ? "damaged" : "missing"}`);
    const manifest = await verifyManifest(parsed.data.manifest, rootKey);
    if (manifest === null)
      throw new Error(`the key manifest in ${fileName} is not signed by this enterprise's root key`);
    const { version: _, ...record } = parsed.data;
    return new Enterprise(files, rootKey, record, manifest);
  }

  static async write(files: DurableFiles, record: EnterpriseRecord): Promise<void> {
    await files.write(
      fileName,
      Buffer.from(`${JSON.stringify({ version: 1, ...record }, null, 2)}\n`, "utf8"),
    );
  }

  get record(): EnterpriseRecord {
    return this.#record;
  }
  get manifest(): Manifest {
    return this.#manifest;
  }

  /** The bundle keys in force. */
  trusted(nowMs: number): ReturnType<typeof trustedKeys> {
    return trustedKeys(this.#manifest, nowMs);
  }

  /** Every bundle key that the manifest names, for what tells the time itself. */
  trustedAtAnyTime(): ReturnType<typeof trustedKeys> {
    return new Map(this.#manifest.bundleKeys.map(({ kid, key }) => [kid, key]));
  }

  /** Takes a manifest that the root key signed and that is newer; everything else stays as it is. */
  async takeManifest(document: string): Promise<"taken" | "not-newer" | "refused"> {
    const manifest = await verifyManifest(document, this.#rootKey);
    if (manifest === null) return "refused";
    if (manifest.number <= this.#manifest.number) return "not-newer";
    await this.update({ manifest: document });
    this.#manifest = manifest;
    return "taken";
  }

  update(change: Partial<Omit<EnterpriseRecord, "nonce" | "contactNumber">>): Promise<void> {
    return this.#changes.run(() => this.#write(change));
  }

  /** `told`: the highest number that the server said it has taken. The contact's own is durable before it is sent. */
  beginContact(told = 0): Promise<BegunContact> {
    return this.#changes.run(async () => {
      const { nonce, contactNumber: used } = this.#record;
      const contactNumber = nextContactNumber(used, told);
      const written = await this.#write({ contactNumber }).then(
        () => true,
        () => false,
      );
      this.#begunLast = {
        nonce,
        number: written ? contactNumber : null,
        foreign: isForeignNumber(used, told) ? told : null,
      };
      return this.#begunLast;
    });
  }

  /**
   * What the answer to a contact brought. Its nonce is the server's last only where no other contact has begun since: of
   * two that were under way together, it is not known which was answered last.
   */
  contactAnswered(
    contact: BegunContact,
    nonce: string,
    change: Partial<Omit<EnterpriseRecord, "nonce" | "contactNumber">> = {},
  ): Promise<void> {
    return this.#changes.run(() => this.#write(contact === this.#begunLast ? { ...change, nonce } : change));
  }

  async #write(change: Partial<EnterpriseRecord>): Promise<void> {
    const next = { ...this.#record, ...change };
    await Enterprise.write(this.#files, next);
    this.#record = next;
  }
}

/**
 * Servers to try. The address that this endpoint was enrolled at stays one of them: a server that tells a wrong name of
 * itself must not lose its endpoints.
 */
export function connectivitySettings(
  identity: { readonly site: string },
  { record }: Enterprise,
): ConnectivitySettings {
  const listed = record.servers.map(({ url, site }) => ({ url: normalUrl(url), site }));
  const enrolledAt = { url: normalUrl(record.enrolledAt), site: identity.site };
  const servers = listed.some(({ url }) => url === enrolledAt.url) ? listed : [...listed, enrolledAt];
  return { servers, ownSite: identity.site, failoverBetweenSites: record.failoverBetweenSites };
}

function normalUrl(url: string): string {
  return new URL(url).href.replace(/\/+$/, "");
}

/** The manifest's content where the root key signed it. */
export async function verifyManifest(document: string, rootKey: SigningPublicKey): Promise<Manifest | null> {
  const verified = await verifyDocument("manifest", document, await trustOnly(rootKey));
  return verified.kind === "ok" ? verified.content : null;
}

function jsonOf(content: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(content).toString("utf8"));
  } catch {
    return undefined;
  }
}
