import { readFileSync } from "node:fs";
import { option } from "@holdfast/options/declaration";
import { defineOptions } from "@holdfast/options/define-options";
import { type SendersView, sendChannel, sendersView, senderTestAnswer } from "@holdfast/protocol/senders-api";
import { z } from "zod";
import type { AnyCommand } from "../frame/command.ts";
import type { Answer } from "../frame/outcome.ts";
import { done, ok, refused, usage } from "../frame/outcome.ts";
import type { Ports } from "../frame/ports.ts";
import { printable } from "../output/printable.ts";
import type { Screen } from "../output/screen.ts";
import { facts, table } from "../output/table.ts";
import { dateTime } from "../output/time.ts";
import { confirmationOptions } from "./administrator-options.ts";
import { confirm } from "./confirm.ts";
import { secretFromInput } from "./secrets.ts";
import { adminCommand } from "./with-api.ts";

const channelArgument = { name: "CHANNEL", help: "email or sms.", required: true } as const;
const common = defineOptions({
  secretStdin: option({
    type: "boolean",
    flag: "--secret-stdin",
    default: false,
    help: "Read its password or token from standard input. Without: the one of before stays.",
  }),
  withoutSecret: option({
    type: "boolean",
    flag: "--without-secret",
    default: false,
    help: "It asks for none.",
  }),
  authority: option({
    type: "path",
    flag: "--authority",
    default: null,
    help: "File with the certificates (PEM) of the authority to trust. Without: those of the server's machine.",
  }),
  codeDigits: option({
    type: "enum",
    values: ["6", "7", "8"],
    flag: "--code-digits",
    default: "6",
    help: "How long the codes are that it sends.",
  }),
});
const needed = (flag: string) =>
  usage("Nothing was changed.", `${flag} is needed.`, "holdfast admin senders --help");
const show = "holdfast admin senders show";

export const senderCommands: readonly AnyCommand[] = [
  adminCommand({
    words: ["admin", "senders", "show"],
    summary: "Show how messages reach people, and which went out lately",
    arguments: [],
    options: {},
    examples: ["holdfast admin senders show"],
    json: sendersView,
    run: async (api, { screen }) => {
      const read = await api.get(sendersView, "/senders", { doing: "read the senders" });
      return read.kind === "refused" ? read : done(read.value, sendersText(read.value, screen));
    },
  }),

  adminCommand({
    words: ["admin", "senders", "email"],
    summary: "Set up the mail server",
    about: [
      "What is said takes the place of what was there; the password stays unless it is given again. For another server it must be given again.",
    ],
    arguments: [],
    options: {
      ...defineOptions({
        host: option({ type: "string", flag: "--host", default: null, help: "The mail server's host name." }),
        port: option({
          type: "integer",
          minimum: 1,
          maximum: 65_535,
          flag: "--port",
          default: 587,
          help: "Its port.",
        }),
        security: option({
          type: "enum",
          values: ["starttls", "tls", "none"],
          flag: "--security",
          default: "starttls",
          help: "STARTTLS insisted on, TLS from the start, or none.",
        }),
        from: option({
          type: "string",
          flag: "--from",
          default: null,
          help: "The address that mails come from.",
        }),
        userName: option({
          type: "string",
          flag: "--user-name",
          default: null,
          help: "Name at the mail server.",
        }),
      }),
      ...common,
    },
    examples: [
      "holdfast admin senders email --host mail.example.org --from holdfast@example.org --user-name holdfast --secret-stdin",
    ],
    json: sendersView,
    run: async (api, { values, ports, screen }) => {
      if (values.host === null) return needed("--host");
      if (values.from === null) return needed("--from");
      const more = await commonOf(values, ports);
      if (more.kind === "refused") return more;
      const { host, port, security, from, userName } = values;
      const body = { kind: "smtp", host, port, security, from, userName, ...more.value };
      const set = await api.send(sendersView, "PUT", "/senders/email", body, {
        doing: "set up the mail server",
      });
      return set.kind === "refused" ? set : done(set.value, sendersText(set.value, screen));
    },
  }),

  adminCommand({
    words: ["admin", "senders", "sms"],
    summary: "Set up the gateway for short messages",
    about: [
      "Each message is posted to the gateway; {{to}} and {{text}} in the body are filled in, escaped as the content type wants it. Any answer from 200 to 299 means that it was taken.",
    ],
    arguments: [],
    options: {
      ...defineOptions({
        url: option({
          type: "url",
          protocols: ["https:", "http:"],
          flag: "--url",
          default: null,
          help: "The gateway's address.",
        }),
        contentType: option({
          type: "enum",
          values: ["application/json", "application/x-www-form-urlencoded", "text/plain"],
          flag: "--content-type",
          default: "application/json",
          help: "What the body is.",
        }),
        body: option({
          type: "string",
          flag: "--body",
          default: '{"to": "{{to}}", "message": "{{text}}"}',
          help: "What is posted.",
        }),
        secretHeader: option({
          type: "string",
          flag: "--secret-header",
          default: null,
          help: "The header that carries the secret, such as Authorization.",
        }),
      }),
      ...common,
    },
    examples: [
      "holdfast admin senders sms --url https://sms.example.org/send --secret-header Authorization --secret-stdin",
    ],
    json: sendersView,
    run: async (api, { values, ports, screen }) => {
      if (values.url === null) return needed("--url");
      const more = await commonOf(values, ports);
      if (more.kind === "refused") return more;
      const { url, contentType, body: template, secretHeader } = values;
      const body = { kind: "http", url, contentType, body: template, secretHeader, ...more.value };
      const set = await api.send(sendersView, "PUT", "/senders/sms", body, { doing: "set up the gateway" });
      return set.kind === "refused" ? set : done(set.value, sendersText(set.value, screen));
    },
  }),

  adminCommand({
    words: ["admin", "senders", "test"],
    summary: "Send a message without a code, and say what the other side answered",
    arguments: [channelArgument, { name: "TO", help: "Phone number or mail address.", required: true }],
    options: {},
    examples: [
      "holdfast admin senders test email me@example.org",
      "holdfast admin senders test sms +491701234567",
    ],
    json: senderTestAnswer,
    run: async (api, { arguments: [typed = "", to = ""] }) => {
      const channel = channelOf(typed);
      if (channel.kind === "refused") return channel;
      const path = `/senders/${channel.value}/test`;
      const tested = await api.send(
        senderTestAnswer,
        "POST",
        path,
        { to },
        {
          doing: "send a test",
          next: { "not-found": `holdfast admin senders ${channel.value} --help` },
        },
      );
      if (tested.kind === "refused") return tested;
      if (tested.value.sent) return done(tested.value, "The message was taken. Look whether it arrives.");
      return refused(
        "refused",
        "not-sent",
        "The message was not sent.",
        printable(tested.value.why ?? ""),
        show,
      );
    },
  }),

  adminCommand({
    words: ["admin", "senders", "remove"],
    summary: "Remove a sender with its secret",
    arguments: [channelArgument],
    options: confirmationOptions,
    examples: ["holdfast admin senders remove sms"],
    json: z.strictObject({ removed: sendChannel }),
    run: async (api, { values, arguments: [typed = ""], ports }) => {
      const channel = channelOf(typed);
      if (channel.kind === "refused") return channel;
      const question = `Remove the sender of ${channel.value}? Nobody gets codes by it any more.`;
      const no = await confirm(
        ports,
        values.yes,
        question,
        `holdfast admin senders remove ${channel.value} --yes`,
      );
      if (no) return no;
      const removed = await api.send(z.null(), "DELETE", `/senders/${channel.value}`, undefined, {
        doing: "remove the sender",
        next: { "not-found": show },
      });
      return removed.kind === "refused"
        ? removed
        : done({ removed: channel.value }, `The sender of ${channel.value} is gone.`);
    },
  }),
];

type Common = {
  secretStdin: boolean;
  withoutSecret: boolean;
  authority: string | null;
  codeDigits: "6" | "7" | "8";
};

async function commonOf(
  { secretStdin, withoutSecret, authority: file, codeDigits }: Common,
  ports: Ports,
): Promise<Answer<object>> {
  const secret = secretStdin ? await secretFromInput(ports, "secret") : ok(withoutSecret ? null : undefined);
  if (secret.kind === "refused") return secret;
  let authority: string | null = null;
  if (file !== null) {
    try {
      authority = readFileSync(file, "utf8");
    } catch (error) {
      const why = `${file} cannot be read (${(error as NodeJS.ErrnoException).code}).`;
      return usage("Nothing was changed.", why, "holdfast admin senders --help");
    }
  }
  const said = secret.value === undefined ? {} : { secret: secret.value };
  return ok({ authority, codeDigits: Number(codeDigits), ...said });
}

function channelOf(typed: string): Answer<"email" | "sms"> {
  const channel = sendChannel.safeParse(typed);
  if (channel.success) return ok(channel.data);
  return usage("Nothing was done.", `${printable(typed)} is neither email nor sms.`, show);
}

function sendersText({ email, sms, messages }: SendersView, screen: Screen): string {
  const secret = (has: boolean) => (has ? ", with a secret" : "");
  const shown = facts([
    [
      "E-mail",
      email === null
        ? "not set up"
        : email.kind === "smtp"
          ? `${printable(email.from)} by ${printable(email.host)}:${email.port} (${email.security})${secret(email.hasSecret)}`
          : "caught in this demo",
    ],
    [
      "SMS",
      sms === null
        ? "not set up"
        : sms.kind === "http"
          ? `${printable(new URL(sms.url).origin)}${secret(sms.hasSecret)}`
          : "caught in this demo",
    ],
  ]);
  if (messages.length === 0) return `${shown}\n\nNo message was sent in the last seven days.`;
  const columns = [
    { title: "WHEN" },
    { title: "BY" },
    { title: "WHAT" },
    { title: "TO", yields: 1 },
    { title: "STATE" },
    { title: "WHY", yields: 2 },
  ];
  const rows = messages.map(({ atMs, channel, purpose, to, state, why }) => [
    dateTime(atMs),
    channel,
    purpose,
    printable(to),
    state,
    printable(why ?? ""),
  ]);
  return `${shown}\n\n${table(columns, rows, screen)}`;
}
