import type { Schema } from "@holdfast/api-client/client";

export type PolicyDocument = Schema<"UserPolicy">;

type Place<Section extends keyof PolicyDocument> = {
  readonly section: Section;
  readonly field: keyof PolicyDocument[Section] & string;
};
type AnyPlace = { [Section in keyof PolicyDocument]: Place<Section> }[keyof PolicyDocument];

export type PolicyField = AnyPlace & {
  readonly label: string;
  readonly description?: string;
} & (
    | { readonly kind: "switch" | "duration" | "factors" }
    | {
        readonly kind: "choices";
        readonly choices: readonly { readonly value: string; readonly label: string }[];
      }
    | { readonly kind: "number"; readonly min: number; readonly max: number }
    /** A number or duration that may be left to something else; `otherwise` says what counts then. */
    | {
        readonly kind: "optional-number";
        readonly min: number;
        readonly max: number;
        readonly otherwise: string;
      }
    | { readonly kind: "optional-duration"; readonly initial: string; readonly otherwise: string }
  );

export type PolicySection = {
  readonly title: string;
  readonly lead: string;
  readonly fields: readonly PolicyField[];
};

/** The user policy as a form: one declaration per setting, in the order of the page. Workflows have a page of their own. */
export const policySections: readonly PolicySection[] = [
  {
    title: "Lockout",
    lead: "One counter over endpoints, console and portal, online and offline.",
    fields: [
      {
        section: "lockout",
        field: "failures",
        kind: "number",
        min: 1,
        max: 100,
        label: "Failures in a row that lock",
      },
      { section: "lockout", field: "duration", kind: "duration", label: "The lock lasts" },
      {
        section: "lockout",
        field: "joinRemoteAccess",
        kind: "switch",
        label: "Remote access counts together with the others",
        description: "Then a stranger at the VPN can lock people out of their workstations.",
      },
    ],
  },
  {
    title: "Offline sign-in",
    lead: "What a user may do while the server cannot be reached. It always ends: by time, by number, or by revocation.",
    fields: [
      {
        section: "offline",
        field: "enabled",
        kind: "switch",
        label: "Users of this policy may sign in offline",
      },
      {
        section: "offline",
        field: "maxAge",
        kind: "duration",
        label: "Longest time without the server",
        description: "Since the last online contact.",
      },
      {
        section: "offline",
        field: "cacheSize",
        kind: "optional-number",
        min: 1,
        max: 1000,
        otherwise: "as the client profile says",
        label: "Codes kept at an endpoint",
      },
      {
        section: "offline",
        field: "maxSignIns",
        kind: "optional-number",
        min: 1,
        max: 1000,
        otherwise: "as many as there are codes",
        label: "Most offline sign-ins in a row",
      },
      {
        section: "offline",
        field: "warnBelow",
        kind: "number",
        min: 0,
        max: 1000,
        label: "Warn when so many are left",
      },
      {
        section: "offline",
        field: "destroyAfterFailures",
        kind: "optional-number",
        min: 1,
        max: 1000,
        otherwise: "never",
        label: "Delete what is kept after so many failures",
      },
      {
        section: "offline",
        field: "bypass",
        kind: "choices",
        label: "The help desk may help at an endpoint without a network by",
        description: "In place of the one-time code, never of the password.",
        choices: [
          { value: "code", label: "A bypass code" },
          { value: "challenge", label: "An answer to the endpoint's challenge" },
        ],
      },
    ],
  },
  {
    title: "One-time codes",
    lead: "How far a token may be out of step.",
    fields: [
      {
        section: "hotp",
        field: "windowSize",
        kind: "number",
        min: 1,
        max: 2000,
        label: "OTP window size",
        description: "How far ahead the server looks for an event-based code.",
      },
      {
        section: "totp",
        field: "driftSteps",
        kind: "number",
        min: 0,
        max: 10,
        label: "Time steps of drift",
        description: "Of time-based codes, before and after now; a step is 30 seconds.",
      },
      {
        section: "hotp",
        field: "remoteAccessWhileCached",
        kind: "switch",
        label: "Codes kept at an endpoint also work for remote access",
      },
    ],
  },
  {
    title: "Mobile Push",
    lead: "Who may approve on the phone is set at each user, or for many under User Account Management.",
    fields: [
      {
        section: "push",
        field: "reportLocks",
        kind: "switch",
        label: "“It wasn’t me” locks the account",
        description:
          "It always raises an alert. Whoever reports a sign-in that was his own locks himself out.",
      },
    ],
  },
  {
    title: "Passwords and PINs",
    lead: "Length counts; rules about kinds of characters do not help.",
    fields: [
      {
        section: "password",
        field: "minimumLength",
        kind: "number",
        min: 8,
        max: 128,
        label: "Characters of a password, at least",
      },
      {
        section: "pin",
        field: "minimumLength",
        kind: "number",
        min: 4,
        max: 16,
        label: "Digits of a PIN, at least",
      },
      {
        section: "pin",
        field: "maxAge",
        kind: "optional-duration",
        initial: "P90D",
        otherwise: "never",
        label: "A PIN must be renewed after",
      },
    ],
  },
  {
    title: "Enrolment",
    lead: "What people may add, rename and remove for themselves in the portal.",
    fields: [
      { section: "enrolment", field: "rights", kind: "factors", label: "May enrol" },
      {
        section: "enrolment",
        field: "delaySignIns",
        kind: "number",
        min: 0,
        max: 100,
        label: "Enroll delay",
        description:
          "How many sign-ins to the portal somebody without a second factor may put it off; 0: he enrols at the first.",
      },
      {
        section: "enrolment",
        field: "remoteAllowed",
        kind: "switch",
        label: "People may enrol while they sign in from outside",
      },
      {
        section: "enrolment",
        field: "remoteByPassword",
        kind: "switch",
        label: "Their password is enough for that",
        description:
          "Otherwise who has no second factor types a temporary code besides, from outside and at the portal.",
      },
      {
        section: "enrolment",
        field: "remoteDelaySignIns",
        kind: "optional-number",
        min: 0,
        max: 100,
        otherwise: "for ever, by the password alone",
        label: "Enroll delay for remote access",
      },
    ],
  },
];
