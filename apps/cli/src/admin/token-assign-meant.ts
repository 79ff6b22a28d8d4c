import { option } from "@holdfast/options/declaration";
import { defineOptions } from "@holdfast/options/define-options";
import { userPage } from "@holdfast/protocol/admin-answers";
import type { UserView } from "@holdfast/protocol/admin-api";
import { userName } from "@holdfast/protocol/primitives";
import type { StockView } from "@holdfast/protocol/token-stock-api";
import { hardwareTokenAnswer, mostOfOneKind, stockPage } from "@holdfast/protocol/token-stock-api";
import { z } from "zod";
import type { Answer, Refused } from "../frame/outcome.ts";
import { done, ok } from "../frame/outcome.ts";
import { printable } from "../output/printable.ts";
import { table } from "../output/table.ts";
import type { Api } from "../transport/api.ts";
import { segment } from "../transport/api.ts";
import { everyPage } from "../transport/every-page.ts";
import { adminCommand } from "./with-api.ts";

const options = defineOptions({
  serial: option({
    type: "string",
    flag: "--serial",
    default: null,
    help: "Only tokens whose serial number begins so.",
  }),
  dryRun: option({
    type: "boolean",
    flag: "--dry-run",
    default: false,
    help: "Say who would be given what, and change nothing.",
  }),
});

const giftReport = z.strictObject({
  dryRun: z.boolean(),
  given: z.array(z.strictObject({ serial: z.string(), userName: z.string() })),
  failed: z.array(z.strictObject({ serial: z.string(), userName: z.string(), why: z.string() })),
});
type GiftReport = z.infer<typeof giftReport>;

export const tokenAssignMeantCommand = adminCommand({
  words: ["admin", "tokens", "assign-meant"],
  summary: "Give the hardware tokens of the stock to the users that their file names",
  about: [
    "For tokens that are sent out to many people. Each of them waits for its first right code, because nobody has read one off it; from that code on it counts. Can be repeated: what was given is no longer in the stock.",
  ],
  arguments: [],
  options,
  examples: [
    "holdfast admin tokens assign-meant --dry-run",
    "holdfast admin tokens assign-meant --serial FT-20",
  ],
  json: giftReport,
  run: async (api, { values: { serial, dryRun }, ports, screen }) => {
    const doing = "list the hardware tokens";
    const free = await everyPage(
      api,
      stockPage,
      "/token-stock",
      { doing },
      { state: "free", prefix: serial },
    );
    if (free.kind === "refused") return free;
    const meant = free.value.items.flatMap((token) =>
      token.meantFor === null ? [] : [{ token, name: token.meantFor }],
    );
    const report: GiftReport = { dryRun, given: [], failed: [] };
    const promised = new Map<string, number>();
    for (const [index, { token, name }] of meant.entries()) {
      const gift = dryRun ? await wouldGive(api, token, name, promised) : await give(api, token, name);
      if (gift.kind === "refused" && gift.exit !== "refused") return gift;
      const one = { serial: token.serial, userName: name };
      if (gift.kind === "refused") report.failed.push({ ...one, why: gift.why });
      else report.given.push(one);
      if ((index + 1) % tellEvery === 0) ports.stderr.write(`${index + 1} of ${meant.length} tokens\n`);
    }
    if (meant.length === 0) return done(report, "No token in the stock has a user named in its file.");
    const failures = table(
      [{ title: "SERIAL" }, { title: "MEANT FOR", yields: 2 }, { title: "WHY NOT", yields: 1 }],
      report.failed.map((one) => [printable(one.serial), printable(one.userName), printable(one.why)]),
      screen,
    );
    const counts = `${report.given.length} given, ${report.failed.length} not.`;
    const head = dryRun ? `Nothing was changed. It would be: ${counts}` : `Tokens: ${counts}`;
    const text = report.failed.length > 0 ? `${head}\n${failures}` : head;
    return { ...done(report, text), ...(report.failed.length > 0 ? { exit: "refused" as const } : {}) };
  },
});

const tellEvery = 100;

async function give(api: Api, token: StockView, name: string): Promise<Answer<null>> {
  const user = await userOf(api, name);
  if (user.kind === "refused") return user;
  const given = await api.send(
    hardwareTokenAnswer,
    "POST",
    `/users/${segment(user.value.id)}/hardware-tokens`,
    { serial: token.serial },
    { doing: `give ${name} the token ${token.serial}` },
  );
  return given.kind === "refused" ? given : ok(null);
}

/** What `give` would answer; `promised` counts what earlier tokens of the same run would have been given to whom. */
async function wouldGive(
  api: Api,
  token: StockView,
  name: string,
  promised: Map<string, number>,
): Promise<Answer<null>> {
  const user = await userOf(api, name);
  if (user.kind === "refused") return user;
  const place = `${token.kind} ${user.value.id}`;
  const before = promised.get(place) ?? 0;
  const has = user.value.tokens.filter(({ kind, status }) => kind === token.kind && status !== "revoked");
  if (has.length + before >= mostOfOneKind) {
    return {
      kind: "refused",
      exit: "refused",
      code: "conflict",
      what: `${printable(name)} cannot be given the token ${printable(token.serial)}.`,
      why: `${mostOfOneKind} of one kind are the most that one user has.`,
      next: `holdfast admin tokens list ${printable(name)}`,
    };
  }
  promised.set(place, before + 1);
  return ok(null);
}

/** The user of exactly this name. */
async function userOf(api: Api, name: string): Promise<Answer<UserView>> {
  const nobody: Refused = {
    kind: "refused",
    exit: "refused",
    code: "no-user",
    what: `There is no user ${printable(name)}.`,
    why: "There is no user of this name.",
    next: "holdfast admin users list",
  };
  if (!userName.safeParse(name).success) return nobody;
  const page = await api.get(userPage, "/users", { doing: `find the user ${name}` }, { userName: name });
  if (page.kind === "refused") return page;
  const [user] = page.value.items;
  return user ? ok(user) : nobody;
}
