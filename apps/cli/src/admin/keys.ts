import { option } from "@holdfast/options/declaration";
import { defineOptions } from "@holdfast/options/define-options";
import type { KeysView } from "@holdfast/protocol/admin-answers";
import { keysView } from "@holdfast/protocol/admin-answers";
import { bundleKeyRotation } from "@holdfast/protocol/operating-api";
import type { AnyCommand } from "../frame/command.ts";
import { done } from "../frame/outcome.ts";
import type { Screen } from "../output/screen.ts";
import { facts, table, wrap } from "../output/table.ts";
import { dateTime } from "../output/time.ts";
import { confirm } from "./confirm.ts";
import { adminCommand } from "./with-api.ts";

export const keyCommands: readonly AnyCommand[] = [
  adminCommand({
    words: ["admin", "keys", "rotate-bundle"],
    summary: "Announce a new bundle key in the next manifest",
    about: [
      "Only while the root key is in the store; with the root key kept offline it is done on the server's host: holdfast-server --rotate-bundle-key --sign-manifest FILE. The new key signs one maximum lease later, so that every endpoint with a lease has heard of it.",
    ],
    arguments: [],
    options: defineOptions({
      yes: option({ type: "boolean", flag: "--yes", default: false, help: "Do not ask first." }),
    }),
    examples: ["holdfast admin keys rotate-bundle"],
    json: bundleKeyRotation,
    run: async (api, { values, ports }) => {
      const no = await confirm(
        ports,
        values.yes,
        "Announce a new bundle key?",
        "holdfast admin keys rotate-bundle --yes",
      );
      if (no) return no;
      const announced = await api.send(bundleKeyRotation, "POST", "/keys/bundle/rotation", undefined, {
        doing: "announce a new bundle key",
        next: {
          conflict: "holdfast-server --rotate-bundle-key --sign-manifest FILE   (on the server's host)",
        },
      });
      if (announced.kind === "refused") return announced;
      const { bundleKey, signsFromMs } = announced.value;
      return done(
        announced.value,
        `Announced the bundle key ${bundleKey}; it signs from ${dateTime(signsFromMs)} on.`,
      );
    },
  }),

  adminCommand({
    words: ["admin", "keys"],
    summary: "Show where the keys are that endpoints trust, and what waits to be signed",
    about: [
      "The root key signs the numbered manifest of bundle keys; bundle keys sign what endpoints believe. The root key is moved and used on the server's own host only, never over the network: holdfast-server --export-root-key, --sign-manifest, --rotate-bundle-key.",
    ],
    arguments: [],
    options: {},
    examples: ["holdfast admin keys"],
    json: keysView,
    run: async (api, { screen }) => {
      const keys = await api.get(keysView, "/keys", { doing: "tell of its keys" });
      return keys.kind === "refused" ? keys : done(keys.value, keysText(keys.value, screen));
    },
  }),
];

function keysText({ rootKey, manifest, bundleKeys }: KeysView, screen: Screen): string {
  const head = facts([
    ["Root key", rootKey.onServer ? screen.paint("caution", "on the server") : "kept offline"],
    ["Root key id", rootKey.kid],
    [
      "Manifest",
      manifest.due
        ? screen.paint("caution", `${manifest.number}; the next one waits to be signed`)
        : `${manifest.number}, and it says what is so`,
    ],
  ]);
  const rows = bundleKeys.map(({ kid, notBeforeMs, notAfterMs, signing }) => [
    kid,
    notBeforeMs === 0 ? "from the start" : dateTime(notBeforeMs),
    notAfterMs === null ? "" : dateTime(notAfterMs),
    signing ? "signs" : "",
  ]);
  const columns = [
    { title: "BUNDLE KEY", yields: 1 },
    { title: "TRUSTED FROM" },
    { title: "UNTIL" },
    { title: "NOW" },
  ];
  const notes = [
    ...(rootKey.onServer
      ? [
          "Whoever takes the server takes the root key too. Keep it elsewhere: holdfast-server --export-root-key FILE",
        ]
      : []),
    ...(manifest.due
      ? ["Endpoints are not told what has changed yet: holdfast-server --sign-manifest FILE"]
      : []),
  ];
  return [
    head,
    "",
    table(columns, rows, screen),
    ...notes.map((note) => `\n${screen.paint("caution", wrap(note, screen.width))}`),
  ].join("\n");
}
