import { neverEnrolled, neverInWorkflows } from "@holdfast/core/policy/workflow-rules";
import { nearest } from "@holdfast/options/nearest";
import { type Factor, factor, type UserPolicy } from "@holdfast/protocol/policy";
import type { Answer } from "../frame/outcome.ts";
import { ok, usage } from "../frame/outcome.ts";

type Kind =
  | "boolean"
  | "duration"
  | "duration-or-none"
  | "number"
  | "number-or-none"
  | "factors"
  | "bypasses"
  | "steps"
  | "steps-or-none";

export type PolicySetting = { readonly path: string; readonly kind: Kind; readonly meaning: string };

/** Every setting of a user policy, as people name and read it. A test holds it against the policy's schema. */
export const policySettings: readonly PolicySetting[] = [
  { path: "lockout.failures", kind: "number", meaning: "failures in a row that lock" },
  { path: "lockout.duration", kind: "duration", meaning: "how long the lock lasts" },
  { path: "lockout.joinRemoteAccess", kind: "boolean", meaning: "one count with remote access" },
  { path: "offline.enabled", kind: "boolean", meaning: "offline sign-in allowed" },
  { path: "offline.maxAge", kind: "duration", meaning: "longest time since the last contact" },
  { path: "offline.maxSignIns", kind: "number-or-none", meaning: "most sign-ins; none: the cache" },
  { path: "offline.cacheSize", kind: "number-or-none", meaning: "codes cached; none: the client" },
  { path: "offline.destroyAfterFailures", kind: "number-or-none", meaning: "failures that delete the cache" },
  { path: "offline.warnBelow", kind: "number", meaning: "sign-ins left that bring a warning" },
  { path: "offline.bypass", kind: "bypasses", meaning: "what the help desk gives offline" },
  { path: "hotp.windowSize", kind: "number", meaning: "OTP window size" },
  { path: "hotp.remoteAccessWhileCached", kind: "boolean", meaning: "cached tokens for remote access" },
  { path: "push.reportLocks", kind: "boolean", meaning: '"It was not me" locks the account' },
  { path: "totp.driftSteps", kind: "number", meaning: "time steps a code may be early or late" },
  { path: "pin.minimumLength", kind: "number", meaning: "shortest new PIN" },
  { path: "pin.maxAge", kind: "duration-or-none", meaning: "when a PIN must be renewed; none: never" },
  { path: "password.minimumLength", kind: "number", meaning: "shortest new password" },
  { path: "enrolment.rights", kind: "factors", meaning: "what people enrol for themselves" },
  { path: "enrolment.delaySignIns", kind: "number", meaning: "sign-ins enrolment may be put off" },
  { path: "enrolment.remoteAllowed", kind: "boolean", meaning: "enrolment during remote sign-in" },
  {
    path: "enrolment.remoteByPassword",
    kind: "boolean",
    meaning: "the first by the password alone, no code",
  },
  {
    path: "enrolment.remoteDelaySignIns",
    kind: "number-or-none",
    meaning: "remote sign-ins it may be put off; none: for ever",
  },
  { path: "workflows.workstation", kind: "steps", meaning: "steps in this order, alternatives with /" },
  { path: "workflows.remote-access", kind: "steps", meaning: "steps in this order, alternatives with /" },
  { path: "workflows.self-service", kind: "steps", meaning: "steps in this order, alternatives with /" },
  { path: "workflows.administration", kind: "steps", meaning: "steps in this order, alternatives with /" },
  { path: "workflows.order-signing", kind: "steps-or-none", meaning: "steps; none: they sign no orders" },
];

export function settingText(policy: UserPolicy, path: string): string {
  const value = valueAt(policy, path);
  if (value === null) return "none";
  if (!Array.isArray(value)) return String(value);
  return value.length === 0 ? "none" : value.map((one) => [one].flat().join("/")).join(",");
}

/** `offline.enabled=true lockout.failures=5` as the nested object that the API merges in. */
export function policyChanges(settings: readonly string[]): Answer<Record<string, unknown>> {
  const changes: Record<string, Record<string, unknown>> = {};
  const seen = new Set<string>();
  for (const text of settings) {
    const at = text.indexOf("=");
    const path = at === -1 ? text : text.slice(0, at);
    const setting = policySettings.find((one) => one.path === path);
    if (!setting) {
      const close = nearest(
        path,
        policySettings.map((one) => one.path),
      );
      const why =
        close === null ? "See them all with: holdfast admin policies show Default" : `Did you mean ${close}?`;
      return usage(
        `There is no policy setting ${path.slice(0, 40)}.`,
        why,
        "holdfast admin policies set --help",
      );
    }
    if (seen.has(path)) return usage(`${path} was given twice.`, "Give it once.");
    seen.add(path);
    const value = at === -1 ? undefined : parsed(setting.kind, text.slice(at + 1));
    if (value === undefined) {
      return usage(
        `${path} has no usable value.`,
        `It must be ${wanted[setting.kind]}.`,
        `… ${path}=${examples[setting.kind]}`,
      );
    }
    const [group = "", ...rest] = path.split(".");
    changes[group] = { ...changes[group], [rest.join(".")]: value };
  }
  return ok(changes);
}

const enrollable = factor.options.filter((one) => !neverEnrolled.includes(one));
const inWorkflows = factor.options.filter((one) => !neverInWorkflows.includes(one));

const wanted: Record<Kind, string> = {
  boolean: "true or false",
  duration: "an ISO 8601 duration such as PT5S or P7D",
  "duration-or-none": "an ISO 8601 duration such as P90D, or none",
  number: "a whole number",
  "number-or-none": "a whole number, or none",
  factors: `none, or of ${enrollable.join(", ")}, with commas`,
  bypasses: "none, or code, or challenge, or code,challenge",
  "steps-or-none": `none, or steps with commas, each of ${inWorkflows.join(", ")}, alternatives with /`,
  steps: `steps with commas, each of ${inWorkflows.join(", ")}, alternatives with /`,
};

const examples: Record<Kind, string> = {
  boolean: "true",
  duration: "P7D",
  "duration-or-none": "P90D",
  number: "5",
  "number-or-none": "none",
  factors: "totp,passkey",
  bypasses: "code,challenge",
  "steps-or-none": "password,passkey",
  steps: "password,hotp/totp",
};

/** What the server has to judge; undefined where it cannot be meant. */
function parsed(kind: Kind, text: string): unknown {
  switch (kind) {
    case "boolean":
      return text === "true" ? true : text === "false" ? false : undefined;
    case "duration":
      return /^P/.test(text) ? text : undefined;
    case "duration-or-none":
      return text === "none" ? null : /^P/.test(text) ? text : undefined;
    case "number":
      return /^\d{1,9}$/.test(text) ? Number(text) : undefined;
    case "number-or-none":
      return text === "none" ? null : /^\d{1,9}$/.test(text) ? Number(text) : undefined;
    case "factors":
      return text === "none" ? [] : list(text, ",", enrollable);
    case "bypasses":
      return text === "none" || /^(?:code|challenge|code,challenge|challenge,code)$/.test(text)
        ? text.split(",").filter((one) => one !== "none")
        : undefined;
    case "steps-or-none":
      return text === "none" ? null : parsed("steps", text);
    case "steps": {
      const steps = text.split(",").map((step) => list(step, "/", inWorkflows));
      return steps.includes(undefined) ? undefined : steps;
    }
  }
}

/** What is offered is what is taken: core refuses the others. */
function list(text: string, separator: string, choices: readonly Factor[]): Factor[] | undefined {
  const parts = text.split(separator).map((one) => choices.find((choice) => choice === one));
  return parts.every((one) => one !== undefined) ? parts : undefined;
}

function valueAt(policy: UserPolicy, path: string): unknown {
  const [group = "", ...rest] = path.split(".");
  const inner = (policy as unknown as Record<string, Record<string, unknown>>)[group];
  return inner?.[rest.join(".")] ?? null;
}
