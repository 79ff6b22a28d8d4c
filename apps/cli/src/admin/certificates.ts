import type { CertificateList } from "@holdfast/protocol/operating-api";
import { certificateList, certificateReload } from "@holdfast/protocol/operating-api";
import type { AnyCommand } from "../frame/command.ts";
import { done } from "../frame/outcome.ts";
import { printable } from "../output/printable.ts";
import type { Screen } from "../output/screen.ts";
import { facts, table } from "../output/table.ts";
import { dateTime } from "../output/time.ts";
import { adminCommand } from "./with-api.ts";

export const certificateCommands: readonly AnyCommand[] = [
  adminCommand({
    words: ["admin", "certificates", "show"],
    summary: "Show which certificates this server presents, and until when",
    about: ["Of an enterprise with several servers, each tells its own."],
    arguments: [],
    options: {},
    examples: ["holdfast admin certificates show"],
    json: certificateList,
    run: async (api, { screen }) => {
      const list = await api.get(certificateList, "/certificates", { doing: "tell of its certificates" });
      if (list.kind === "refused") return list;
      const refused = list.value.items.some((one) => one.refused !== null);
      return {
        ...done(list.value, certificatesText(list.value, screen)),
        ...(refused ? { exit: "attention" as const } : {}),
      };
    },
  }),
  adminCommand({
    words: ["admin", "certificates", "reload"],
    summary: "Have the server read given certificates again, without a restart",
    about: ["What cannot be used is refused with the reason, and the certificate in use stays."],
    arguments: [],
    options: {},
    examples: ["holdfast admin certificates reload"],
    json: certificateReload,
    run: async (api, { screen }) => {
      const reloaded = await api.send(certificateReload, "POST", "/certificates/reload", undefined, {
        doing: "take up the certificates",
        next: { conflict: "holdfast admin certificates show" },
      });
      if (reloaded.kind === "refused") return reloaded;
      const { kind, certificates } = reloaded.value;
      const head = kind === "reloaded" ? "New certificates are in use." : "Nothing has changed.";
      return done(reloaded.value, `${head}\n\n${certificatesText(certificates, screen)}`);
    },
  }),
];

function certificatesText(list: CertificateList, screen: Screen): string {
  const head = facts([
    ["Server", list.serverId],
    ["Authority's pin", list.authorityPin],
    ["Authority until", dateTime(list.authorityNotAfterMs)],
  ]);
  const rows = list.items.map((one) => [
    one.use === "api" ? "endpoints and programs" : "browsers",
    one.source === "own" ? "Holdfast's own" : "given files",
    one.notAfterMs - screen.nowMs < 14 * 86_400_000
      ? screen.paint("caution", dateTime(one.notAfterMs))
      : dateTime(one.notAfterMs),
    printable(one.names.join(", ")),
  ]);
  const columns = [{ title: "FOR" }, { title: "FROM" }, { title: "UNTIL" }, { title: "NAMES", yields: 1 }];
  const notes = list.items.flatMap(({ refused }) =>
    refused === null
      ? []
      : [`\n${screen.paint("bad", `Refused ${dateTime(refused.atMs)}: ${printable(refused.why)}`)}`],
  );
  return [head, "", table(columns, rows, screen), ...notes].join("\n");
}
