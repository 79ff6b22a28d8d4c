import type { Ask } from "@holdfast/core/policy/workflows";
import type { SecretRef } from "@holdfast/core/sign-in/types";
import type { Attempt, CommitContext } from "@holdfast/offline-store/types";
import type { Workflow } from "@holdfast/protocol/policy";
import type { Typed } from "./remote-sign-in.ts";

export type LocalRequest = {
  readonly attempt: Attempt;
  readonly userName: string;
  readonly workflow: Workflow;
  readonly oneLine: boolean;
  readonly context: CommitContext;
  /** Typed while a server was still there; used in this order before anything is asked. */
  readonly typed: readonly Typed[];
  /** Asks the person, by another text than usual where one is given; null where there will be no answer. */
  readonly ask: (ask: Ask | "password-and-code", text?: string) => Promise<SecretRef | null>;
  /** Shown to the person. */
  readonly tell: (text: string) => void;
};
