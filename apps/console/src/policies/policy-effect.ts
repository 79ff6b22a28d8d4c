import { durationWords } from "@holdfast/ui/time-words.ts";
import type { PolicyDocument } from "./policy-sections.ts";

/** What a policy comes to, in sentences. */
export function effectOf({
  lockout,
  offline,
  hotp,
  enrolment,
  workflows,
}: PolicyDocument): readonly string[] {
  const lock = `${lockout.failures} failed attempts in a row lock for ${durationWords(lockout.duration)}${
    lockout.joinRemoteAccess ? ", those at remote access included" : "; remote access counts apart"
  }.`;
  const codes =
    offline.cacheSize === null
      ? `the client profile's number of codes (PAM with buffer 5: ${Math.max(0, hotp.windowSize - 5)}; workstation logon manager: 30)`
      : `${offline.cacheSize} codes`;
  const away = offline.enabled
    ? `Without the server a user goes on signing in for ${durationWords(offline.maxAge)} after the last contact, with ${codes}${
        offline.maxSignIns === null ? "" : `, ${offline.maxSignIns} times at most`
      }.`
    : "Without the server nobody of this policy can sign in.";
  const enrols =
    enrolment.rights.length === 0
      ? "Nobody of this policy enrols anything by himself."
      : enrolment.delaySignIns === 0
        ? "Somebody without a second factor enrols one at his first sign-in to the portal."
        : `Somebody without a second factor may put enrolling off ${enrolment.delaySignIns} times.`;
  const taken = Object.values(workflows).flatMap((steps) => steps?.flat() ?? []);
  const sent = [
    taken.includes("sms-code") &&
      "Codes by SMS are taken: whoever talks the phone company into a new SIM card receives them.",
    taken.includes("email-code") &&
      "Codes by e-mail are taken: they prove no more than that somebody can read a mailbox.",
  ].filter((text) => text !== false);
  return [away, lock, enrols, ...sent];
}
