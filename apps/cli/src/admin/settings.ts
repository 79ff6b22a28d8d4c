import type { SettingsChange, SettingsView } from "@holdfast/protocol/settings-api";
import { settingsChange, settingsView } from "@holdfast/protocol/settings-api";
import type { AnyCommand } from "../frame/command.ts";
import type { Answer } from "../frame/outcome.ts";
import { done, ok, usage } from "../frame/outcome.ts";
import { printable } from "../output/printable.ts";
import type { Screen } from "../output/screen.ts";
import { table } from "../output/table.ts";
import { adminCommand } from "./with-api.ts";

/** Every setting of the enterprise, by the name under which it is typed. */
const settings: readonly {
  readonly name: string;
  readonly meaning: string;
  readonly read: (view: SettingsView) => string;
  readonly change: (value: string) => Record<string, unknown>;
}[] = [
  text("productName", "What screens and authenticator apps call the product"),
  text("organisationName", "Whose enterprise it is"),
  text("helpDeskContact", "How people reach the help desk"),
  session("consoleSession", "idle", "Console: signed out after this long without a request"),
  session("consoleSession", "longest", "Console: signed out after this long in any case"),
  session("portalSession", "idle", "Portal: signed out after this long without a request"),
  session("portalSession", "longest", "Portal: signed out after this long in any case"),
  text("freshSignIn", "How long after a sign-in dangerous things may be done"),
];
const next = "holdfast admin settings show";

export const settingCommands: readonly AnyCommand[] = [
  adminCommand({
    words: ["admin", "settings", "show"],
    summary: "Show the settings of the enterprise",
    arguments: [],
    options: {},
    examples: ["holdfast admin settings show"],
    json: settingsView,
    run: async (api, { screen }) => {
      const read = await api.get(settingsView, "/settings", { doing: "read the settings" });
      return read.kind === "refused" ? read : done(read.value, settingsText(read.value, screen));
    },
  }),

  adminCommand({
    words: ["admin", "settings", "set"],
    summary: "Change settings of the enterprise",
    arguments: [
      {
        name: "SETTING",
        help: "Settings to change, as name=value; `holdfast admin settings show` lists them.",
        required: true,
        many: true,
      },
    ],
    options: {},
    examples: [
      "holdfast admin settings set productName='Anchor ID' helpDeskContact='Extension 4711'",
      "holdfast admin settings set consoleSession.idle=PT10M freshSignIn=PT3M",
    ],
    json: settingsView,
    run: async (api, { arguments: typed, screen }) => {
      const change = changeTyped(typed);
      if (change.kind === "refused") return change;
      const changed = await api.send(settingsView, "PATCH", "/settings", change.value, {
        doing: "change the settings",
      });
      return changed.kind === "refused" ? changed : done(changed.value, settingsText(changed.value, screen));
    },
  }),
];

function changeTyped(typed: readonly string[]): Answer<SettingsChange> {
  const change: Record<string, unknown> = {};
  for (const one of typed) {
    const [name = "", ...rest] = one.split("=");
    const setting = settings.find((known) => known.name === name);
    if (!setting || rest.length === 0)
      return usage("Nothing was changed.", `${printable(one)} is no setting as name=value.`, next);
    for (const [key, value] of Object.entries(setting.change(rest.join("="))))
      change[key] = typeof value === "object" ? { ...(change[key] as object), ...value } : value;
  }
  const parsed = settingsChange.safeParse(change);
  if (parsed.success) return ok(parsed.data);
  const [issue] = parsed.error.issues;
  return usage("Nothing was changed.", `${issue?.path.join(".")}: ${issue?.message}.`, next);
}

function settingsText(view: SettingsView, screen: Screen): string {
  const rows = settings.map(({ name, meaning, read }) => [name, printable(read(view)) || "(empty)", meaning]);
  const columns = [{ title: "SETTING" }, { title: "VALUE", yields: 2 }, { title: "MEANING", yields: 1 }];
  return table(columns, rows, screen);
}

function text(
  name: "productName" | "organisationName" | "helpDeskContact" | "freshSignIn",
  meaning: string,
): (typeof settings)[number] {
  return { name, meaning, read: (view) => view[name], change: (value) => ({ [name]: value }) };
}

function session(
  which: "consoleSession" | "portalSession",
  part: "idle" | "longest",
  meaning: string,
): (typeof settings)[number] {
  return {
    name: `${which}.${part}`,
    meaning,
    read: (view) => view[which][part],
    change: (value) => ({ [which]: { [part]: value } }),
  };
}
