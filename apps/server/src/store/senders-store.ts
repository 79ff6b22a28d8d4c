import type { SendChannel, SentMessage } from "@holdfast/protocol/senders-api";

/** A message that was to go out. Its text is nowhere, and of its address only what tells which one it is. */
export type MessageRow = SentMessage & {
  channel: SendChannel;
  /** By which messages to one address are counted, whoever they are for. */
  addressMac: string;
};

/** A number or an address that somebody is about to enrol: a code went there, and whoever reads it may. */
export type AddressProofRow = {
  id: string;
  userId: string;
  kind: "sms-code" | "email-code";
  address: string;
  /** Keyed MAC of the code. */
  mac: string;
  tries: number;
  sentAtMs: number;
  usedAtMs: number | null;
};

export type SendersStore = {
  messages: {
    insert(row: MessageRow): Promise<void>;
    finish(id: string, state: "sent" | "failed", why: string | null): Promise<void>;
    /** Newest first. */
    latest(limit: number): Promise<SentMessage[]>;
    /** When messages went to this user, and when those of this purpose went to this address, since then. */
    times(query: {
      userId: string | null;
      purpose: SentMessage["purpose"];
      addressMac: string;
      fromMs: number;
    }): Promise<{ toUser: number[]; toAddress: number[] }>;
  };
  proofs: {
    get(id: string): Promise<AddressProofRow | null>;
    /** The newest of this kind. */
    latest(userId: string, kind: AddressProofRow["kind"]): Promise<AddressProofRow | null>;
    insert(row: AddressProofRow): Promise<void>;
    update(row: AddressProofRow): Promise<void>;
  };
  /** Forgets messages and proofs that are older; returns how many. */
  forget(beforeMs: number): Promise<number>;
};
