/** What a new enterprise needs before offline sign-in works for anybody, in the order in which to do it (MDA-32). */
export type ChecklistFacts = {
  readonly administrators: number;
  /** Superadministrators who can sign in with two factors. */
  readonly superadministrators: number;
  readonly people: number;
  readonly peopleWithEventToken: number;
  readonly policiesWithOffline: number;
  readonly peopleAllowedOffline: number;
  readonly endpoints: number;
  readonly signInsAtEndpoints: boolean;
  readonly offlineRights: number;
  readonly lastBackupAtMs: number | null;
};

export type ChecklistItem = {
  readonly code: ChecklistCode;
  readonly title: string;
  readonly detail: string;
  readonly done: boolean;
  /** Of the steps before it that are not done, the first; it cannot be done without. */
  readonly waitsFor: ChecklistCode | null;
  /** Good to have, and nothing waits for it. */
  readonly optional: boolean;
};

export type ChecklistCode =
  | "people"
  | "offline-policy"
  | "tokens"
  | "endpoint"
  | "first-sign-in"
  | "first-offline-right"
  | "second-superadministrator"
  | "backup";

type Step = Omit<ChecklistItem, "done" | "waitsFor"> & {
  readonly needs: readonly ChecklistCode[];
  done(facts: ChecklistFacts): boolean;
};

const steps: readonly Step[] = [
  {
    code: "people",
    title: "Add people",
    detail: "Everybody who signs in, each with a password.",
    optional: false,
    needs: [],
    done: ({ people, administrators }) => people > administrators,
  },
  {
    code: "offline-policy",
    title: "Allow offline sign-in in a user policy",
    detail: "It is off until somebody decides on it. The policy says for how long and how often.",
    optional: false,
    needs: [],
    done: ({ policiesWithOffline, peopleAllowedOffline }) =>
      policiesWithOffline > 0 && peopleAllowedOffline > 0,
  },
  {
    code: "tokens",
    title: "Enrol event-based tokens",
    detail: "Offline sign-in keeps the next codes of one HOTP token for each person.",
    optional: false,
    needs: ["people"],
    done: ({ peopleWithEventToken }) => peopleWithEventToken > 0,
  },
  {
    code: "endpoint",
    title: "Enrol an endpoint",
    detail: "A one-time code joins a computer to this server.",
    optional: false,
    needs: [],
    done: ({ endpoints }) => endpoints > 0,
  },
  {
    code: "first-sign-in",
    title: "Sign in there once, connected",
    detail: "With password and code, as every day.",
    optional: false,
    needs: ["people", "tokens", "endpoint"],
    done: ({ signInsAtEndpoints }) => signInsAtEndpoints,
  },
  {
    code: "first-offline-right",
    title: "See the first cache filled",
    detail: "From then on that person gets in there without the network.",
    optional: false,
    needs: ["offline-policy", "first-sign-in"],
    done: ({ offlineRights }) => offlineRights > 0,
  },
  {
    code: "second-superadministrator",
    title: "Name a second superadministrator",
    detail: "So that one lost phone does not lock everybody out of this console.",
    optional: true,
    needs: ["people"],
    done: ({ superadministrators }) => superadministrators > 1,
  },
  {
    code: "backup",
    title: "Make a backup, and try to restore it",
    detail: "holdfast admin backup FILE",
    optional: true,
    needs: [],
    done: ({ lastBackupAtMs }) => lastBackupAtMs !== null,
  },
];

export function setupChecklist(facts: ChecklistFacts): ChecklistItem[] {
  const done = new Set(steps.filter((step) => step.done(facts)).map(({ code }) => code));
  return steps.map(({ needs, done: _, ...step }) => ({
    ...step,
    done: done.has(step.code),
    waitsFor: done.has(step.code) ? null : (needs.find((code) => !done.has(code)) ?? null),
  }));
}
