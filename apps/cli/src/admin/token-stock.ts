import { option } from "@holdfast/options/declaration";
import { defineOptions } from "@holdfast/options/define-options";
import type { HardwareTokenGift, StockView } from "@holdfast/protocol/token-stock-api";
import { hardwareTokenAnswer, stockPage } from "@holdfast/protocol/token-stock-api";
import { z } from "zod";
import type { AnyCommand } from "../frame/command.ts";
import type { Answer } from "../frame/outcome.ts";
import { done, ok, refused } from "../frame/outcome.ts";
import { commandLine } from "../frame/shell-words.ts";
import { printable } from "../output/printable.ts";
import type { Screen } from "../output/screen.ts";
import { table } from "../output/table.ts";
import { dateTime } from "../output/time.ts";
import type { Api } from "../transport/api.ts";
import { segment } from "../transport/api.ts";
import { confirmationOptions } from "./administrator-options.ts";
import { confirm } from "./confirm.ts";
import { moreLine, pageOptions } from "./lists.ts";
import { findUser } from "./lookups.ts";
import { tokenAssignMeantCommand } from "./token-assign-meant.ts";
import { tokenImportCommand } from "./token-import.ts";
import { adminCommand } from "./with-api.ts";

const serialArgument = {
  name: "SERIAL",
  help: "The number that is printed on the token.",
  required: true,
} as const;

const stockOptions = defineOptions({
  serial: option({
    type: "string",
    flag: "--serial",
    default: null,
    help: "Only tokens whose serial number begins so.",
  }),
  state: option({
    type: "enum",
    values: ["free", "given", "retired"],
    flag: "--state",
    default: null,
    help: "free: nobody had it yet. given: somebody has it. retired: nobody may have it again.",
  }),
  ...pageOptions,
});

const assignOptions = defineOptions({
  label: option({
    type: "string",
    flag: "--label",
    default: null,
    help: "What tells it from the user's other tokens; its serial number where nothing is said.",
  }),
});

/** Hardware tokens, from the file that came with them to the person who carries one. */
export const tokenStockCommands: readonly AnyCommand[] = [
  tokenImportCommand,

  adminCommand({
    words: ["admin", "tokens", "stock"],
    summary: "List imported hardware tokens, and who has them",
    arguments: [],
    options: stockOptions,
    examples: ["holdfast admin tokens stock --state free", "holdfast admin tokens stock --serial FT-20"],
    json: stockPage,
    run: async (api, { values: { serial, state, limit, after }, screen }) => {
      const page = await api.get(
        stockPage,
        "/token-stock",
        { doing: "list the hardware tokens" },
        { prefix: serial, state, limit, after },
      );
      if (page.kind === "refused") return page;
      const { items, next } = page.value;
      if (items.length === 0)
        return done(
          page.value,
          "No hardware tokens that fit. Import some: holdfast admin tokens import FILE",
        );
      const words = [
        ...(serial === null ? [] : ["--serial", serial]),
        ...(state === null ? [] : ["--state", state]),
      ];
      return done(
        page.value,
        stockTable(items, screen) + moreLine(next, "holdfast", "admin", "tokens", "stock", ...words),
      );
    },
  }),

  adminCommand({
    words: ["admin", "tokens", "assign"],
    summary: "Give a user a hardware token of the stock",
    about: [
      "Press the token and type what it shows: the code proves that it is the token of this serial number, and the token counts at once. Two codes in a row find one that was pressed often in its box. Without a code the token waits for its first right one.",
    ],
    arguments: [
      { name: "USER", help: "The user's name or id.", required: true },
      serialArgument,
      { name: "CODE", help: "What the token shows now.", required: false },
      { name: "NEXT", help: "The very next code.", required: false },
    ],
    options: assignOptions,
    examples: [
      "holdfast admin tokens assign anna FT-2041 755224",
      "holdfast admin tokens assign anna FT-2041 755224 287082",
      "holdfast admin tokens assign anna FT-2041   (she types the first code herself, at the help desk)",
    ],
    json: hardwareTokenAnswer,
    run: async (api, { values, arguments: [typed = "", serial = "", first, second] }) => {
      const user = await findUser(api, typed);
      if (user.kind === "refused") return user;
      const gift: HardwareTokenGift = { serial };
      if (first !== undefined) gift.first = first;
      if (second !== undefined) gift.second = second;
      if (values.label !== null) gift.label = values.label;
      const path = `/users/${segment(user.value.id)}/hardware-tokens`;
      const given = await api.send(hardwareTokenAnswer, "POST", path, gift, {
        doing: `give ${typed} the token ${serial}`,
        next: {
          "invalid-request": `${commandLine("holdfast", "admin", "tokens", "assign", typed, serial)} CODE NEXT   (two codes, one right after the other)`,
          conflict: "holdfast admin tokens stock --state free",
        },
      });
      if (given.kind === "refused") return given;
      const { token, warnings } = given.value;
      const name = printable(user.value.userName);
      const said =
        token.status === "pending"
          ? `${name} has the token ${printable(serial)}. It counts from its first right code on: holdfast admin tokens resync ${token.id} FIRST SECOND`
          : `${name} has the token ${printable(serial)} and can sign in with it.`;
      return done(
        given.value,
        [said, ...warnings.map(({ message }) => `Warning: ${printable(message)}`)].join("\n"),
      );
    },
  }),

  tokenAssignMeantCommand,

  adminCommand({
    words: ["admin", "tokens", "discard"],
    summary: "Remove a hardware token that nobody has from the stock",
    about: [
      "For what was imported by mistake, and for tokens that are thrown away. A token that somebody has is revoked first.",
    ],
    arguments: [serialArgument],
    options: confirmationOptions,
    examples: ["holdfast admin tokens discard FT-2041"],
    json: z.null(),
    run: async (api, { values, arguments: [serial = ""], ports }) => {
      const found = await bySerial(api, serial);
      if (found.kind === "refused") return found;
      const repeat = commandLine("holdfast", "admin", "tokens", "discard", serial, "--yes");
      const question = `Remove the token ${printable(found.value.serial)} from the stock?`;
      const no = await confirm(ports, values.yes, question, repeat);
      if (no) return no;
      const gone = await api.send(z.null(), "DELETE", `/token-stock/${segment(found.value.id)}`, undefined, {
        doing: `remove the token ${serial}`,
        next: { conflict: commandLine("holdfast", "admin", "tokens", "revoke", found.value.id) },
      });
      if (gone.kind === "refused") return gone;
      return done(null, `The token ${printable(found.value.serial)} is out of the stock.`);
    },
  }),
];

async function bySerial(api: Api, serial: string): Promise<Answer<StockView>> {
  const page = await api.get(
    stockPage,
    "/token-stock",
    { doing: `find the token ${serial}` },
    { prefix: serial, limit: 1 },
  );
  if (page.kind === "refused") return page;
  // The first of those that begin so is the one that is so.
  const [first] = page.value.items;
  return first?.serial.toUpperCase() === serial.trim().toUpperCase()
    ? ok(first)
    : refused(
        "refused",
        "no-token",
        `There is no token ${printable(serial)}.`,
        "The stock has no token of this serial number.",
        "holdfast admin tokens stock",
      );
}

function stockTable(items: readonly StockView[], screen: Screen): string {
  return table(
    [
      { title: "SERIAL", yields: 3 },
      { title: "STATE" },
      { title: "KIND" },
      { title: "USER", yields: 2 },
      { title: "MEANT FOR", yields: 1 },
      { title: "IMPORTED" },
    ],
    items.map(({ serial, state, kind, digits, user, meantFor, importedAtMs }) => [
      printable(serial),
      state,
      `${kind}, ${digits} digits`,
      printable(user?.userName ?? ""),
      printable(meantFor ?? ""),
      dateTime(importedAtMs),
    ]),
    screen,
  );
}
