import { accessSync, constants } from "node:fs";
import path from "node:path";
import { option } from "@holdfast/options/declaration";
import { defineOptions } from "@holdfast/options/define-options";
import type { TokenCreation } from "@holdfast/protocol/admin-api";
import { tokenEnrolment } from "@holdfast/protocol/admin-api";
import { done, refused, usage } from "../frame/outcome.ts";
import { commandLine } from "../frame/shell-words.ts";
import { printable } from "../output/printable.ts";
import { qrCodeSvg, qrCodeText } from "../output/qr-code.ts";
import { segment } from "../transport/api.ts";
import { writePrivateFile } from "./administrator-file.ts";
import { findUser } from "./lookups.ts";
import { secretFromInput } from "./secrets.ts";
import { adminCommand } from "./with-api.ts";

const options = defineOptions({
  label: option({
    type: "string",
    flag: "--label",
    default: null,
    help: "What tells it from the user's other tokens.",
  }),
  digits: option({
    type: "integer",
    flag: "--digits",
    min: 6,
    max: 8,
    default: null,
    help: "Digits of a code; 6 where nothing is said.",
  }),
  algorithm: option({
    type: "enum",
    values: ["SHA-1", "SHA-256", "SHA-512"],
    flag: "--algorithm",
    default: null,
    help: "SHA-1 where nothing is said: many apps know no other.",
  }),
  kind: option({
    type: "enum",
    values: ["hotp", "totp"],
    flag: "--kind",
    default: "hotp",
    help: "hotp: event-based, works offline too. totp: time-based, online only.",
  }),
  period: option({
    type: "enum",
    values: ["30", "60"],
    flag: "--period",
    default: null,
    help: "Seconds that a time-based code is shown; 30 where nothing is said.",
  }),
  counter: option({
    type: "integer",
    flag: "--counter",
    min: 0,
    default: null,
    help: "Number of the first code that will be accepted; 0 where nothing is said.",
  }),
  svg: option({
    type: "path",
    flag: "--svg",
    default: null,
    help: "Write the QR code into this file (mode 0600), and don't draw it.",
  }),
  importStdin: option({
    type: "boolean",
    flag: "--import-stdin",
    default: false,
    help: "Import a token that exists already: its otpauth:// URI or its base32 secret, read from standard input.",
  }),
});

/** The secret is shown once: it goes into the QR code and the URI, and never again leaves the server. */
export const tokenEnrolmentCommand = adminCommand({
  words: ["admin", "tokens", "enroll"],
  summary: "Enrol a token for a user, with a QR code for an authenticator app",
  about: [
    "The server makes the secret. The QR code and the URI below it hold it: show them to the user alone, and let nobody else photograph them. They cannot be shown again.",
  ],
  arguments: [{ name: "USER", help: "The user's name or id.", required: true }],
  options,
  examples: [
    "holdfast admin tokens enroll anna",
    "holdfast admin tokens enroll anna --digits 8 --algorithm SHA-256 --svg anna.svg",
    "holdfast admin tokens enroll anna --kind totp",
    "holdfast admin tokens enroll anna --import-stdin < secret.txt",
  ],
  json: tokenEnrolment,
  run: async (api, { values, arguments: [typed = ""], ports, screen }) => {
    const user = await findUser(api, typed);
    if (user.kind === "refused") return user;
    const body: TokenCreation = { kind: values.kind };
    if (values.label !== null) body.label = values.label;
    if (values.digits !== null) body.digits = values.digits as 6 | 7 | 8;
    if (values.algorithm !== null) body.algorithm = values.algorithm;
    if (values.counter !== null) body.counter = values.counter;
    if (values.period !== null) body.periodSeconds = values.period === "60" ? 60 : 30;
    if (values.importStdin) {
      if (values.svg !== null) {
        return usage(
          "No token was enrolled.",
          "An imported token gets no QR code: its holder has the secret already.",
        );
      }
      const secret = await secretFromInput(ports, "secret");
      if (secret.kind === "refused") return secret;
      const text = secret.value.trim();
      if (/^otpauth:/i.test(text)) body.otpauthUri = text;
      else body.secret = text;
    }
    if (values.svg !== null && !canWrite(path.dirname(values.svg))) {
      const why = `Nothing can be written into ${path.dirname(values.svg)}.`;
      return refused(
        "refused",
        "file-not-written",
        "No token was enrolled.",
        why,
        "Choose another file with --svg.",
      );
    }
    const show = commandLine("holdfast", "admin", "tokens", "list", user.value.userName);
    const enrolled = await api.send(tokenEnrolment, "POST", `/users/${segment(user.value.id)}/tokens`, body, {
      doing: `enrol a token for ${typed}`,
      next: { conflict: show },
    });
    if (enrolled.kind === "refused") return enrolled;
    const { token, otpauthUri, warnings } = enrolled.value;
    const cautions = warnings.map(({ message }) => screen.paint("caution", `Warning: ${printable(message)}`));
    const head = `Enrolled "${printable(token.label)}" (${token.id}) for ${printable(user.value.userName)}.`;
    if (otpauthUri === null) return done(enrolled.value, [head, ...cautions].join("\n"));
    if (values.svg !== null) {
      try {
        writePrivateFile(values.svg, await qrCodeSvg(otpauthUri));
      } catch (error) {
        // The token exists and its secret has been shown to nobody: it is of no use to anybody.
        const why = `${values.svg} cannot be written (${(error as NodeJS.ErrnoException).code}). The token ${token.id} is enrolled, but nobody has its secret.`;
        const revoke = commandLine("holdfast", "admin", "tokens", "revoke", token.id);
        return refused("refused", "file-not-written", "The QR code was not written.", why, revoke);
      }
      const where = `The QR code is in ${values.svg}; delete it once it was scanned.`;
      return done(enrolled.value, [head, ...cautions, where].join("\n"));
    }
    const code = await qrCodeText(otpauthUri, screen);
    const hint = "Scan it with an authenticator app, or give it this URI. Neither can be shown again.";
    return done(enrolled.value, [head, ...cautions, "", code, hint, "", printable(otpauthUri)].join("\n"));
  },
});

/** Asked before the token is made: a secret that nobody was shown is of no use. */
function canWrite(directory: string): boolean {
  try {
    accessSync(directory, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}
