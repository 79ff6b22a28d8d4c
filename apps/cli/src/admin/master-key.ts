import { setTimeout as wait } from "node:timers/promises";
import { option } from "@holdfast/options/declaration";
import { defineOptions } from "@holdfast/options/define-options";
import type { MasterKeyView } from "@holdfast/protocol/operating-api";
import { masterKeyView } from "@holdfast/protocol/operating-api";
import type { AnyCommand } from "../frame/command.ts";
import type { Answer } from "../frame/outcome.ts";
import { done, refused } from "../frame/outcome.ts";
import { facts } from "../output/table.ts";
import { dateTime } from "../output/time.ts";
import type { Api } from "../transport/api.ts";
import { confirm } from "./confirm.ts";
import { adminCommand } from "./with-api.ts";

const repeat = "holdfast admin keys rotate-master --yes";
const askEveryMs = 500;

export const masterKeyCommands: readonly AnyCommand[] = [
  adminCommand({
    words: ["admin", "keys", "master"],
    summary: "Show which master key is in force, and how far a change of it is",
    arguments: [],
    options: {},
    examples: ["holdfast admin keys master"],
    json: masterKeyView,
    run: async (api) => {
      const view = await read(api);
      return view.kind === "refused" ? view : done(view.value, viewText(view.value));
    },
  }),
  adminCommand({
    words: ["admin", "keys", "rotate-master"],
    summary: "Change the master key: wrap every secret anew while the server goes on",
    about: [
      "The server makes a new key, keeps both until everything is wrapped under the new one, and then forgets the old one. Stopped or killed in between, it goes on at its next start. Backups of before still need the old key, which they hold themselves.",
      "For one server whose key is in its state directory. Where several share a store, docs/operating/keys.md has the steps.",
    ],
    arguments: [],
    options: defineOptions({
      yes: option({ type: "boolean", flag: "--yes", default: false, help: "Do not ask first." }),
    }),
    examples: ["holdfast admin keys rotate-master"],
    json: masterKeyView,
    run: async (api, { values, ports }) => {
      const no = await confirm(ports, values.yes, "Change the master key?", repeat);
      if (no) return no;
      const begun = await api.send(masterKeyView, "POST", "/keys/master/rotation", undefined, {
        doing: "change the master key",
        next: { conflict: "holdfast admin keys master" },
      });
      if (begun.kind === "refused") return begun;
      let view = begun.value;
      let told = 0;
      while (view.rotation !== null && view.rotation.finishedAtMs === null) {
        if (ports.stderr.isTerminal && view.rotation.rewrapped > told) {
          told = view.rotation.rewrapped;
          ports.stderr.write(`\r${told} secrets are wrapped anew …`);
        }
        await wait(askEveryMs);
        const next = await read(api);
        if (next.kind === "refused") return next;
        view = next.value;
      }
      if (told > 0) ports.stderr.write("\n");
      if (view.rotation === null)
        return refused(
          "refused",
          "restarted",
          "It is not known how far the change is.",
          "The server was started again meanwhile; it goes on by itself.",
          "holdfast admin keys master",
        );
      return done(
        view,
        `The master key is ${view.masterKeyId} now; the old one is gone.\n\n${viewText(view)}`,
      );
    },
  }),
];

function read(api: Api): Promise<Answer<MasterKeyView>> {
  return api.get(masterKeyView, "/keys/master", { doing: "tell of its master key" });
}

const sources = {
  file: "the file master-key in the state directory",
  "systemd-credential": "a systemd credential",
  environment: "HOLDFAST_MASTER_KEY",
  memory: "memory",
} as const;

function viewText({ masterKeyId, source, rotation }: MasterKeyView): string {
  return facts([
    ["Master key id", masterKeyId],
    ["Kept in", sources[source]],
    [
      "Change",
      rotation === null
        ? "none since the server's start"
        : rotation.finishedAtMs === null
          ? `under way, ${rotation.rewrapped} secrets so far`
          : `done ${dateTime(rotation.finishedAtMs)}, ${rotation.rewrapped} secrets`,
    ],
  ]);
}
