import { readFileSync } from "node:fs";
import { option } from "@holdfast/options/declaration";
import { defineOptions } from "@holdfast/options/define-options";
import type { BackupRequest, RestoreItem, RestoreReport } from "@holdfast/protocol/operating-api";
import { restoreItem, restoreReport } from "@holdfast/protocol/operating-api";
import { z } from "zod";
import type { AnyCommand } from "../frame/command.ts";
import type { Answer } from "../frame/outcome.ts";
import { done, ok, refused, usage } from "../frame/outcome.ts";
import type { Ports } from "../frame/ports.ts";
import { printable } from "../output/printable.ts";
import type { Screen } from "../output/screen.ts";
import { facts, table, wrap } from "../output/table.ts";
import { dateTime } from "../output/time.ts";
import type { Api } from "../transport/api.ts";
import { toPrivateFile } from "./private-download.ts";
import { adminCommand } from "./with-api.ts";

const keyFile = option({
  type: "path",
  flag: "--key",
  default: null,
  help: "Encrypt to the key in this file (32 characters at least) instead of a passphrase.",
});

export const backupCommands: readonly AnyCommand[] = [
  adminCommand({
    words: ["admin", "backup"],
    summary: "Write an encrypted backup of everything into a file, while the server goes on",
    about: [
      "The file holds every secret of the store and the master key that opens them. Whoever has it and its passphrase has them all: keep the two apart.",
      "It is restored on the server's own host, by holdfast-server --restore FILE. Nothing of it can be had back without the passphrase or key.",
      "The passphrase is asked for, or read from standard input.",
    ],
    arguments: [{ name: "FILE", help: "the backup to make", required: true }],
    options: defineOptions({
      key: keyFile,
      masterKey: option({
        type: "boolean",
        flag: "--master-key",
        default: true,
        help: "Put the master key in. Without it (--no-master-key), restoring needs the file master-key besides.",
      }),
    }),
    examples: [
      "holdfast admin backup holdfast.backup",
      "holdfast admin backup holdfast.backup --key /root/backup-key",
    ],
    json: z.strictObject({ file: z.string(), bytes: z.number().int() }),
    run: async (api, { arguments: [file = ""], values, ports }) => {
      const secret = await secretOf(values.key, ports);
      if (secret.kind === "refused") return secret;
      const body: BackupRequest = { secret: secret.value, withMasterKeys: values.masterKey };
      const written = await toPrivateFile(file, (write) =>
        api.download("POST", "/backups", body, write, { doing: "make a backup" }),
      );
      if (written.kind === "refused") return written;
      return done({ file, bytes: written.value }, `The backup is in ${file} (${written.value} bytes).`);
    },
  }),

  adminCommand({
    words: ["admin", "restore-report"],
    summary: "Show what a restored backup leaves to be looked at",
    arguments: [],
    options: {},
    examples: ["holdfast admin restore-report"],
    json: restoreReport,
    run: async (api, { screen }) => {
      const report = await api.get(restoreReport, "/restore-report", { doing: "tell of the restore" });
      if (report.kind === "refused") return report;
      const open = report.value.items.some(({ status }) => status === "open");
      return {
        ...done(report.value, reportText(report.value, screen)),
        ...(open ? { exit: "attention" as const } : {}),
      };
    },
  }),

  adminCommand({
    words: ["admin", "restore-confirm"],
    summary: "Confirm entries of the restore report: somebody has looked into them",
    arguments: [
      { name: "KIND", help: "as the report shows it, such as api-key", required: true },
      { name: "SUBJECT", help: "the id beside it", required: false },
    ],
    options: defineOptions({
      all: option({
        type: "boolean",
        flag: "--all",
        default: false,
        help: "All that are open of this kind, instead of a SUBJECT.",
      }),
    }),
    examples: [
      "holdfast admin restore-confirm changes-lost store",
      "holdfast admin restore-confirm phone --all",
    ],
    json: z.array(restoreItem),
    run: async (api, { arguments: [kind = "", subject], values }) => {
      const known = restoreItem.shape.kind.safeParse(kind);
      if (!known.success)
        return usage(
          "Nothing was confirmed.",
          `There is no kind ${printable(kind)} in the report.`,
          "holdfast admin restore-report",
        );
      if ((subject === undefined) !== values.all)
        return usage(
          "Nothing was confirmed.",
          "Name a SUBJECT of the report, or say --all.",
          "holdfast admin restore-report",
        );
      const subjects = subject === undefined ? await openOf(api, known.data) : ok([subject]);
      if (subjects.kind === "refused") return subjects;
      const confirmed: RestoreItem[] = [];
      for (const subjectId of subjects.value) {
        const one = await api.send(
          restoreItem,
          "POST",
          "/restore-report/confirmations",
          { kind: known.data, subjectId },
          { doing: "confirm it", next: { "not-found": "holdfast admin restore-report" } },
        );
        if (one.kind === "refused") return one;
        confirmed.push(one.value);
      }
      const what = confirmed.map(({ subjectId }) => `Confirmed: ${known.data} ${printable(subjectId)}.`);
      return done(confirmed, what.length === 0 ? `Nothing of ${known.data} is open.` : what.join("\n"));
    },
  }),
];

async function openOf(api: Api, kind: RestoreItem["kind"]): Promise<Answer<string[]>> {
  const report = await api.get(restoreReport, "/restore-report", { doing: "tell of the restore" });
  if (report.kind === "refused") return report;
  const open = report.value.items.filter((item) => item.kind === kind && item.status === "open");
  return ok(open.map(({ subjectId }) => subjectId));
}

async function secretOf(file: string | null, ports: Ports): Promise<Answer<BackupRequest["secret"]>> {
  if (file !== null) {
    try {
      const key = readFileSync(file, "utf8").trim();
      if (key.length >= 32) return ok({ kind: "key-file", key });
      return usage("Nothing was backed up.", `${file} holds fewer than 32 characters.`);
    } catch (error) {
      const why = `${file} cannot be read (${(error as NodeJS.ErrnoException).code}).`;
      return refused("refused", "key-unreadable", "Nothing was backed up.", why, "Name another --key.");
    }
  }
  const typed = (await ports.readInput())?.split("\n")[0] ?? (await askTwice(ports));
  if (typed && typed.length >= 12) return ok({ kind: "passphrase", passphrase: typed });
  return usage(
    "Nothing was backed up.",
    typed === null
      ? "No passphrase was given, or two different ones."
      : "The passphrase needs 12 characters at least.",
    "holdfast admin backup FILE --key KEYFILE",
  );
}

async function askTwice(ports: Ports): Promise<string | null> {
  const first = await ports.ask("Passphrase of the new backup: ", "secret");
  if (first === null) return null;
  return first === (await ports.ask("Again: ", "secret")) ? first : null;
}

function reportText({ restored, tokensWaiting, items }: RestoreReport, screen: Screen): string {
  if (restored === null) return "This store was never restored from a backup.";
  const open = items.filter(({ status }) => status === "open");
  const head = facts([
    ["Backup of", dateTime(restored.madeAtMs)],
    ["Restored", `${dateTime(restored.restoredAtMs)}, epoch ${restored.epoch}`],
    ["Tokens waiting", tokensWaiting === 0 ? "none" : `${tokensWaiting}, for two codes in a row`],
    ["Endpoints away", String(open.filter(({ kind }) => kind === "endpoint").length)],
    [
      "Open",
      open.length === 0 ? screen.paint("good", "nothing") : screen.paint("caution", String(open.length)),
    ],
  ]);
  if (items.length === 0) return head;
  const rows = items.map((item) => [
    item.kind,
    printable(item.subjectId),
    item.status === "open" ? screen.paint("caution", "open") : screen.paint("good", item.status),
    about(item),
  ]);
  const columns = [
    { title: "KIND" },
    { title: "SUBJECT", yields: 2 },
    { title: "STATE" },
    { title: "ABOUT", yields: 1 },
  ];
  const texts = new Map(open.map(({ kind, text }) => [kind, text]));
  const notes = [...texts].map(([kind, text]) => wrap(`${kind}: ${text}`, screen.width));
  return [head, "", table(columns, rows, screen), ...notes.map((note) => `\n${note}`)].join("\n");
}

function about({ detail }: RestoreItem): string {
  const synced = typeof detail.lastSyncMs === "number" ? `(last sync ${dateTime(detail.lastSyncMs)})` : null;
  const named = [detail.userName, detail.role, detail.name, detail.label, synced];
  return printable(named.filter((one) => typeof one === "string").join(" "));
}
