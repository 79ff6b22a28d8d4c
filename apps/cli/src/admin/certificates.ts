import { option } from "@holdfast/options/declaration";
import { defineOptions } from "@holdfast/options/define-options";
import type { CertificateList } from "@holdfast/protocol/operating-api";
import { certificateList, certificateReload } from "@holdfast/protocol/operating-api";
import type { AnyCommand } from "../frame/command.ts";
import { done } from "../frame/outcome.ts";
import { printable } from "../output/printable.ts";
import type { Screen } from "../output/screen.ts";
import { facts, table } from "../output/table.ts";
import { dateTime } from "../output/time.ts";
import { confirm } from "./confirm.ts";
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
    words: ["admin", "certificates", "authority"],
    summary: "Print the certificate of the authority that vouches for the server, as PEM",
    about: ["A proxy in front of the server checks it by that. Endpoints have pinned it and need no file."],
    arguments: [],
    options: {},
    examples: ["holdfast admin certificates authority > holdfast-authority.pem"],
    json: certificateList.pick({ authorityPin: true, authorityPem: true }),
    run: async (api) => {
      const list = await api.get(certificateList, "/certificates", { doing: "tell of its certificates" });
      if (list.kind === "refused") return list;
      const { authorityPin, authorityPem } = list.value;
      return done({ authorityPin, authorityPem }, authorityPem.trimEnd());
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
  adminCommand({
    words: ["admin", "certificates", "rotate-authority"],
    summary: "Announce a successor of Holdfast's own authority",
    about: [
      "Endpoints hear of it by the key manifest. One maximum lease later every server takes its certificate from the successor, without a restart, and endpoints follow by themselves. Administrators connect anew then, with the successor's pin; enrolment codes that were not used by then are void. With the root key kept offline it waits for holdfast-server --sign-manifest FILE.",
    ],
    arguments: [],
    options: defineOptions({
      yes: option({ type: "boolean", flag: "--yes", default: false, help: "Do not ask first." }),
    }),
    examples: ["holdfast admin certificates rotate-authority"],
    json: certificateList,
    run: async (api, { values, ports, screen }) => {
      const repeat = "holdfast admin certificates rotate-authority --yes";
      const no = await confirm(ports, values.yes, "Announce another authority?", repeat);
      if (no) return no;
      const announced = await api.send(
        certificateList,
        "POST",
        "/certificates/authority/rotation",
        undefined,
        { doing: "announce another authority", next: { conflict: "holdfast admin certificates show" } },
      );
      return announced.kind === "refused"
        ? announced
        : done(announced.value, certificatesText(announced.value, screen));
    },
  }),
];

function certificatesText(list: CertificateList, screen: Screen): string {
  const head = facts([
    ["Server", list.serverId],
    ["Authority's pin", list.authorityPin],
    ["Authority until", dateTime(list.authorityNotAfterMs)],
    ...(list.successor === null
      ? []
      : [
          ["Successor's pin", list.successor.authorityPin] as [string, string],
          [
            "Successor from",
            list.successor.signsFromMs === null
              ? screen.paint("caution", "the manifest that names it waits to be signed")
              : dateTime(list.successor.signsFromMs),
          ] as [string, string],
        ]),
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
