import type { Factor, UserPolicy, Workflow, WorkflowSteps } from "@holdfast/protocol/policy";
import { durationSeconds } from "@holdfast/protocol/primitives";
import { LONGEST_SOFTWARE_KEY_LEASE_SECONDS } from "../lease/terms.ts";
import { WINDOW_SLACK, windowForCache } from "../oath/effective-cache-size.ts";
import { codeOpensEnrolment, enrolsAt } from "./enrolment-code.ts";
import { misplacedFactor, notEnrollable } from "./workflow-rules.ts";
import { asksOf, satisfies, takes } from "./workflows.ts";

/**
 * What an administrator should know before a policy takes effect. Refused is only what cannot mean what it says; the
 * rest is his to decide, with the risk in plain words.
 */
export type PolicyNotice = {
  readonly code: PolicyNoticeCode;
  /** `error` refuses the change. */
  readonly severity: "error" | "warning" | "info";
  /** Where in the policy. */
  readonly path: string;
  readonly text: string;
};

export type PolicyNoticeCode =
  | "offline-age-unlimited"
  | "offline-age-zero"
  | "offline-age-long"
  | "offline-age-shortened"
  | "cache-beyond-window"
  | "cache-leaves-little-slack"
  | "window-large"
  | "sign-ins-beyond-cache"
  | "warning-always"
  | "offline-without-code"
  | "offline-code-only"
  | "lockout-weak"
  | "lockout-without-duration"
  | "strangers-can-lock-out"
  | "strangers-can-destroy"
  | "factor-twice"
  | "factor-misplaced"
  | "sms-restricted"
  | "email-no-possession"
  | "remote-enrolment-put-off"
  | "portal-enrols-by-password"
  | "portal-enrols-nobody";

/** Longer than this is as good as unlimited, which offline sign-in never is (AMB-MDA-7). */
export const LONGEST_OFFLINE_AGE_SECONDS = 366 * 86_400;
const LONG_OFFLINE_AGE_SECONDS = 30 * 86_400;
const LARGE_WINDOW = 200;
const WEAK_LOCKOUT_FAILURES = 20;

/** Every notice on a policy; on a change, those of the new policy that the old one did not already have. */
export function reviewPolicy(policy: UserPolicy): PolicyNotice[] {
  return [...reviewAge(policy), ...reviewCodes(policy), ...reviewFactors(policy), ...reviewLockout(policy)];
}

export function validatePolicyChange(before: UserPolicy | null, after: UserPolicy): PolicyNotice[] {
  const notices = reviewPolicy(after);
  if (before === null) return notices;
  const old = new Set(reviewPolicy(before).map(({ code, path, text }) => `${code} ${path} ${text}`));
  return notices.filter(
    ({ severity, code, path, text }) => severity === "error" || !old.has(`${code} ${path} ${text}`),
  );
}

function reviewAge({ offline }: UserPolicy): PolicyNotice[] {
  const path = "offline.maxAge";
  const seconds = durationSeconds(offline.maxAge) ?? Number.POSITIVE_INFINITY;
  const notices: PolicyNotice[] = [];
  if (seconds > LONGEST_OFFLINE_AGE_SECONDS) {
    notices.push({
      code: "offline-age-unlimited",
      severity: "error",
      path,
      text: "Offline sign-in always ends: at most 366 days after the last contact with the server.",
    });
  } else if (offline.enabled && seconds === 0) {
    notices.push({
      code: "offline-age-zero",
      severity: "error",
      path,
      text: "Offline sign-in is allowed for no time at all. Switch it off, or give it a time.",
    });
  }
  if (!offline.enabled) return notices;
  if (seconds > LONG_OFFLINE_AGE_SECONDS && seconds <= LONGEST_OFFLINE_AGE_SECONDS) {
    notices.push({
      code: "offline-age-long",
      severity: "warning",
      path,
      text:
        `For up to ${Math.floor(seconds / 86_400)} days a computer that has no contact honours old data: a user who was disabled, ` +
        "a password that was changed and a token that was revoked still work there. Thirty days or fewer are advised.",
    });
  }
  if (seconds > LONGEST_SOFTWARE_KEY_LEASE_SECONDS) {
    notices.push({
      code: "offline-age-shortened",
      severity: "info",
      path,
      text: "Computers that keep their device key in a file get 3 days: a copied disk holds that key, too.",
    });
  }
  return notices;
}

function reviewCodes({ offline, hotp }: UserPolicy): PolicyNotice[] {
  const notices: PolicyNotice[] = [];
  const { cacheSize } = offline;
  if (cacheSize !== null && cacheSize > hotp.windowSize) {
    notices.push({
      code: "cache-beyond-window",
      severity: "warning",
      path: "offline.cacheSize",
      text: `Only ${hotp.windowSize} codes will be handed out, because the OTP window size is ${hotp.windowSize}. For ${cacheSize} raise it to ${windowForCache(cacheSize)}.`,
    });
  } else if (cacheSize !== null && cacheSize > hotp.windowSize - WINDOW_SLACK) {
    notices.push({
      code: "cache-leaves-little-slack",
      severity: "warning",
      path: "offline.cacheSize",
      text: `A user who has used all ${cacheSize} codes offline and presses the button ${hotp.windowSize - cacheSize + 1} times more is out of step with the server. An OTP window size of ${windowForCache(cacheSize)} leaves room for ${WINDOW_SLACK} such codes.`,
    });
  }
  if (hotp.windowSize > LARGE_WINDOW) {
    notices.push({
      code: "window-large",
      severity: "warning",
      path: "hotp.windowSize",
      text: `A guessed six-digit code is right once in ${Math.floor(1_000_000 / hotp.windowSize)} tries with this OTP window size (RFC 4226 §7.1).`,
    });
  }
  if (cacheSize !== null && offline.maxSignIns !== null && offline.maxSignIns > cacheSize) {
    notices.push({
      code: "sign-ins-beyond-cache",
      severity: "info",
      path: "offline.maxSignIns",
      text: `The ${cacheSize} codes of the cache run out before ${offline.maxSignIns} sign-ins do.`,
    });
  }
  const most = Math.min(cacheSize ?? hotp.windowSize, offline.maxSignIns ?? Number.POSITIVE_INFINITY);
  if (offline.enabled && offline.warnBelow >= most) {
    notices.push({
      code: "warning-always",
      severity: "info",
      path: "offline.warnBelow",
      text: "Users are warned that few sign-ins are left at every offline sign-in: there are never more than that.",
    });
  }
  return notices;
}

function reviewFactors(policy: UserPolicy): PolicyNotice[] {
  const { offline, workflows } = policy;
  const notices: PolicyNotice[] = reviewEnrolment(policy);
  for (const [name, steps] of Object.entries(workflows)) {
    if (steps === null) continue;
    const misplaced = misplacedFactor(name as Workflow, steps);
    if (misplaced !== null)
      notices.push({
        code: "factor-misplaced",
        severity: "error",
        path: `workflows.${name}`,
        text: misplaced,
      });
    notices.push(...reviewSentCodes(name, steps));
    if (steps.every((step) => new Set(step).size === step.length) && eachProvesAnother(steps)) continue;
    notices.push({
      code: "factor-twice",
      severity: "error",
      path: `workflows.${name}`,
      text: "The same factor asked twice proves nothing more than once.",
    });
  }
  if (!offline.enabled) return notices;
  const path = "workflows.workstation";
  const takesOffline = (factor: Factor) => workflows.workstation.some((step) => step.includes(factor));
  if (!takesOffline("hotp")) {
    notices.push({
      code: "offline-without-code",
      severity: "warning",
      path,
      text: "Offline sign-in asks for the password alone: whoever has the disk can try passwords against it without any limit.",
    });
  }
  if (!takesOffline("password")) {
    notices.push({
      code: "offline-code-only",
      severity: "warning",
      path,
      text: "Sign-in by one-time code alone works online only: on a disk without a TPM nothing would protect the codes.",
    });
  }
  return notices;
}

/** What a code that travels to the person is worth (NIST SP 800-63B-4 §3.1.3.1, §3.1.3.3, §3.2.9). */
function reviewSentCodes(workflow: string, steps: WorkflowSteps): PolicyNotice[] {
  const [path, all] = [`workflows.${workflow}`, steps.flat()];
  const notices: PolicyNotice[] = [];
  if (all.includes("sms-code"))
    notices.push({
      code: "sms-restricted",
      severity: "warning",
      path,
      text:
        "Codes by SMS can be taken over: whoever talks the phone company into a new SIM card receives them, and they can be " +
        "read on the way. NIST calls them a restricted authenticator (SP 800-63B): offer something better beside them, and tell people so.",
    });
  if (all.includes("email-code"))
    notices.push({
      code: "email-no-possession",
      severity: "warning",
      path,
      text:
        "A code by e-mail proves that somebody can read a mailbox, from anywhere and often by a password alone. NIST does not " +
        "count it as a second factor (SP 800-63B). Take it where nothing else can be had.",
    });
  return notices;
}

function reviewEnrolment(policy: UserPolicy): PolicyNotice[] {
  const notices: PolicyNotice[] = [];
  const wrong = notEnrollable(policy);
  if (wrong.length > 0)
    notices.push({
      code: "factor-misplaced",
      severity: "error",
      path: "enrolment.rights",
      text: `Nobody enrols these for himself: ${wrong.join(", ")}.`,
    });
  const { remoteByPassword: byPassword, remoteDelaySignIns: delaySignIns } = policy.enrolment;
  const allowed = policy.enrolment.remoteAllowed;
  if (!byPassword) notices.push(...reviewPortalByCode(policy));
  if (allowed && byPassword && delaySignIns !== 0)
    notices.push({
      code: "remote-enrolment-put-off",
      severity: "warning",
      path: "enrolment.remoteDelaySignIns",
      text:
        delaySignIns === null
          ? "Whoever has no second factor signs in from outside by the password alone, for as long as he likes (TC-45)."
          : `Whoever has no second factor signs in from outside by the password alone, ${delaySignIns} times (TC-45).`,
    });
  return notices;
}

/** Where a temporary code is wanted before enrolling (TC-44): at the portal, too, as far as its workflow lets it. */
function reviewPortalByCode(policy: UserPolicy): PolicyNotice[] {
  const [at, path] = ["self-service", "enrolment.remoteByPassword"] as const;
  const byPassword = satisfies(policy, at, ["password"]);
  if (byPassword && policy.enrolment.rights.some((right) => right !== "recovery-code"))
    return [
      {
        code: "portal-enrols-by-password",
        severity: "warning",
        path,
        text:
          "The portal takes the password alone, so whoever has it enrols a second factor there, wherever he is, without a " +
          "temporary code. Give self-service a second step.",
      },
    ];
  if (byPassword || codeOpensEnrolment(policy, at) || enrolsAt(policy, at).length === 0) return [];
  const why = takes(policy, "remote-access", "temporary-code")
    ? "a temporary code stands in where self-service has two steps"
    : "the policy takes no temporary code for remote access";
  return [
    {
      code: "portal-enrols-nobody",
      severity: "warning",
      path,
      text: `Whoever has no second factor cannot enrol one at the portal: ${why}. The help desk has to enrol these.`,
    },
  ];
}

/** No factor can answer two steps: it would prove nothing more the second time. */
function eachProvesAnother(steps: WorkflowSteps): boolean {
  const all = steps.flatMap((step) => asksOf(step));
  return new Set(all).size === all.length;
}

function reviewLockout({ lockout, offline }: UserPolicy): PolicyNotice[] {
  const notices: PolicyNotice[] = [];
  if (lockout.failures > WEAK_LOCKOUT_FAILURES) {
    notices.push({
      code: "lockout-weak",
      severity: "warning",
      path: "lockout.failures",
      text: `${lockout.failures} wrong tries before a lock leave a guesser much room; 5 to 10 are usual.`,
    });
  }
  if (durationSeconds(lockout.duration) === 0) {
    notices.push({
      code: "lockout-without-duration",
      severity: "warning",
      path: "lockout.duration",
      text: "A lock that lasts no time locks nobody.",
    });
  }
  if (lockout.joinRemoteAccess) {
    notices.push({
      code: "strangers-can-lock-out",
      severity: "warning",
      path: "lockout.joinRemoteAccess",
      text: "Whoever reaches the VPN's sign-in can lock a user out of every computer by wrong tries there.",
    });
  }
  if (offline.enabled && offline.destroyAfterFailures !== null) {
    notices.push({
      code: "strangers-can-destroy",
      severity: "warning",
      path: "offline.destroyAfterFailures",
      text: `A stranger at the keyboard can end a user's offline sign-in for the whole outage by ${offline.destroyAfterFailures} wrong tries (OTP-32).`,
    });
  }
  return notices;
}
