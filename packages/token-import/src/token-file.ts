import type { HotpAlgorithm, HotpDigits } from "@holdfast/protocol/primitives";

/** What is said of a hardware token in the file that came with it. */
export type FileToken = {
  /** What is printed on it. */
  readonly serial: string;
  readonly kind: "hotp" | "totp";
  /** The caller wipes it. */
  readonly secret: Uint8Array;
  readonly digits: HotpDigits;
  readonly algorithm: HotpAlgorithm;
  /** Of a time-based token; null of others. */
  readonly periodSeconds: 30 | 60 | null;
  /** Of an event-based token: the counter of its next code; 0 of others. */
  readonly counter: number;
  readonly maker: string | null;
  /** Whom the file says that it is for. */
  readonly userName: string | null;
};

export type Notice<Code extends string> = {
  readonly code: Code;
  /** For who imports: what is so, and what to do. Never a secret. */
  readonly message: string;
};

export type Warning =
  | "secret-short"
  | "digits-assumed"
  | "pin-policy"
  | "validity"
  | "usage-limit"
  | "clock-drift"
  | "signature-not-checked";

export type EntryRefusal =
  | "no-serial"
  | "serial-malformed"
  | "serial-twice"
  | "no-secret"
  | "secret-malformed"
  | "secret-too-short"
  | "secret-too-long"
  | "unsupported-kind"
  | "unsupported-algorithm"
  | "unsupported-digits"
  | "unsupported-period"
  | "unsupported-format"
  | "unsupported-policy"
  | "not-for-one-time-codes"
  | "pin-of-a-token"
  | "number-malformed"
  | "columns"
  | "mac-missing"
  | "mac-mismatch"
  | "wrong-key"
  | "unsupported-cipher";

/** One row or key package, in the order of the file. */
export type FileEntry = {
  /** Where in the file: "line 7", "key package 3 (line 42)". */
  readonly place: string;
  /** Null where it could not be read. */
  readonly serial: string | null;
} & (
  | { readonly kind: "token"; readonly token: FileToken; readonly warnings: readonly Notice<Warning>[] }
  | { readonly kind: "refused"; readonly why: Notice<EntryRefusal> }
);

export type FileRefusal =
  | "too-large"
  | "too-many"
  | "not-csv"
  | "no-header"
  | "not-xml"
  | "document-type"
  | "not-pskc"
  | "unsupported-version"
  | "unsupported-protection"
  | "key-needed"
  | "passphrase-needed"
  | "key-not-needed"
  | "key-unfit"
  | "wrong-key"
  | "empty";

export type TokenFile =
  | {
      readonly kind: "read";
      readonly entries: readonly FileEntry[];
      readonly warnings: readonly Notice<Warning>[];
    }
  | { readonly kind: "refused"; readonly why: Notice<FileRefusal> };

/** What opens a file whose secrets are encrypted. */
export type FileKey =
  | { readonly kind: "pre-shared"; readonly key: Uint8Array }
  | { readonly kind: "passphrase"; readonly passphrase: string };

/** Some 8,000 keys of a PSKC container with encryption and MAC, and all that is read without holding up everybody else. */
export const mostCharacters = 8 * 1024 * 1024;
export const mostEntries = 10_000;

export function refusedFile(code: FileRefusal, message: string): Extract<TokenFile, { kind: "refused" }> {
  return { kind: "refused", why: { code, message } };
}
