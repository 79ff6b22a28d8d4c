import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { AuditRow } from "../../store/audit-rows.ts";
import { cefEvent } from "./cef.ts";
import { csvCell, csvFormat } from "./csv.ts";
import { ocsfEvent } from "./ocsf.ts";
import type { ExportedEvent } from "./record.ts";

const exporter = { productName: "Hold|fast\\Nord", version: "0.1.0", serverId: "srv_1" };

const row: AuditRow = {
  id: 7,
  atMs: Date.UTC(2026, 10, 22, 12),
  receivedAtMs: Date.UTC(2026, 10, 22, 13),
  type: "sign-in",
  actor: "endpoint:end_1",
  subjectUserId: "usr_1",
  endpointId: "end_1",
  attemptId: "att_1",
  outcome: "refused",
  reason: "wrong-credentials",
  mode: "offline",
  detail: { workflow: "workstation", factors: ["password", "hotp"] },
  chain: "endpoint:end_1",
  sequence: 3,
  mac: "m",
  previousHash: "p",
  hash: "h",
};

const nasty = fc.string({
  unit: fc.oneof(
    fc.constantFrom("|", "=", "\\", "\n", "\r", '"', ",", "'", "+", "-", "@", "\t", " "),
    fc.string(),
  ),
});
const events = fc
  .record({ type: nasty, actor: nasty, userName: nasty, endpointName: nasty, reason: nasty, inside: nasty })
  .map(
    ({ type, actor, userName, endpointName, reason, inside }): ExportedEvent => ({
      row: { ...row, type: type || "x", actor, reason, detail: { inside } },
      userName,
      endpointName,
    }),
  );

describe("UNI-7: CEF", () => {
  test("values with |, =, backslash and line breaks parse back", () => {
    fc.assert(
      fc.property(events, (event) => {
        const text = cefEvent(event, exporter);
        expect(text).not.toMatch(/[\r\n]/);
        const { header, extension } = parseCef(text);
        const oneLine = (value: string) => value.replaceAll(/\r\n|[\r\n]/g, " ");
        expect(header).toHaveLength(7);
        expect(header.slice(1, 5)).toEqual(["Holdfast", "Hold|fast\\Nord", "0.1.0", oneLine(event.row.type)]);
        expect(extension.get("suser") ?? "").toBe(event.row.actor);
        expect(extension.get("duser") ?? "").toBe(event.userName);
        expect(extension.get("dhost") ?? "").toBe(event.endpointName);
        expect(extension.get("reason") ?? "").toBe(event.row.reason);
        expect(JSON.parse(extension.get("cs5") ?? "")).toEqual(event.row.detail);
        expect(Number(extension.get("rt"))).toBe(row.atMs);
      }),
    );
  });

  test("a sign-in reads as one", () => {
    expect(cefEvent({ row, userName: "anna", endpointName: "ward=7" }, exporter)).toBe(
      "CEF:0|Holdfast|Hold\\|fast\\\\Nord|0.1.0|sign-in|Sign in|5|rt=1795348800000 deviceReceiptTime=1795352400000 " +
        "externalId=endpoint:end_1/3 cat=authentication act=sign-in outcome=failure reason=wrong-credentials " +
        "suser=endpoint:end_1 duid=usr_1 duser=anna deviceExternalId=srv_1 dhost=ward\\=7 cs1Label=endpointId cs1=end_1 " +
        "cs2Label=attemptId cs2=att_1 cs3Label=mode cs3=offline cs4Label=hash cs4=h cs5Label=detail " +
        'cs5={"workflow":"workstation","factors":["password","hotp"]}',
    );
  });
});

describe("UNI-7: CSV", () => {
  test("what RFC 4180 reads is what was written, and nothing of it is a formula", () => {
    fc.assert(
      fc.property(events, (event) => {
        const records = parseCsv(csvFormat.line(event, exporter));
        expect(records).toHaveLength(1);
        const cells = records[0] ?? [];
        expect(cells).toHaveLength(csvFormat.head.split(",").length);
        for (const cell of cells) expect(cell).not.toMatch(/^[=+\-@\t\r\n]/);
        expect(undefused(cells[6] ?? "", event.row.actor)).toBe(event.row.actor);
        expect(undefused(cells[8] ?? "", event.userName ?? "")).toBe(event.userName);
        expect(JSON.parse(cells[12] ?? "")).toEqual(event.row.detail);
      }),
    );
  });

  test.each(["=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\rx", '=HYPERLINK("http://x","y")'])(
    "%j is text",
    (text) => {
      expect(parseCsv(`${csvCell(text)}\r\n`)).toEqual([[`'${text}`]]);
    },
  );
});

describe("UNI-7: OCSF", () => {
  const event = (change: Partial<AuditRow>) =>
    ocsfEvent({ row: { ...row, ...change }, userName: "anna", endpointName: "ward-7" }, exporter);

  test("a sign-in is class 3002, with who, where and by what", () => {
    expect(event({})).toMatchObject({
      class_uid: 3002,
      category_uid: 3,
      activity_id: 1,
      type_uid: 300201,
      time: row.atMs,
      severity_id: 2,
      status_id: 2,
      status_detail: "wrong-credentials",
      metadata: { version: "1.3.0", logged_time: row.receivedAtMs, uid: "endpoint:end_1/3" },
      user: { uid: "usr_1", name: "anna" },
      dst_endpoint: { uid: "end_1", name: "ward-7" },
      is_mfa: true,
      auth_factors: [
        { factor_type_id: 11, factor_type: "Password" },
        { factor_type_id: 7, factor_type: "OTP" },
      ],
    });
    expect(event({ subjectUserId: null }).user).toEqual({ name: "unknown", type_id: 0 });
  });

  test.each([
    ["user-disabled", "api-key:key_1", 3001, 300105],
    ["token-revoked", "api-key:key_1", 3001, 300111],
    ["policy-changed", "api-key:key_1", 6003, 600303],
    ["enrolment-issued", "api-key:key_1", 6003, 600301],
    ["audit-exported", "api-key:key_1", 6003, 600302],
    ["went-offline", "endpoint:end_1", 0, 99],
  ])("%s by %s is class %i", (type, actor, classUid, typeUid) => {
    expect(event({ type, actor, outcome: "info" })).toMatchObject({
      class_uid: classUid,
      type_uid: typeUid,
      status_id: 1,
    });
  });

  test("every class has what it requires", () => {
    const required: Record<number, string[]> = {
      0: [],
      3002: ["user", "dst_endpoint"],
      3001: ["user"],
      6003: ["actor", "api", "src_endpoint"],
    };
    const always = [
      "category_uid",
      "class_uid",
      "type_uid",
      "activity_id",
      "severity_id",
      "time",
      "metadata",
    ];
    for (const type of ["sign-in", "user-created", "policy-changed", "agent-started"]) {
      const made: Record<string, unknown> = event({
        type,
        actor: type === "agent-started" ? "endpoint:e" : "api-key:k",
      });
      for (const name of [...always, ...(required[Number(made.class_uid)] ?? ["?"])])
        expect(made).toHaveProperty(name);
    }
  });
});

/** A parser as the format's guide describes it, written without a look at the writer. */
function parseCef(text: string): { header: string[]; extension: Map<string, string> } {
  const header: string[] = [];
  let part = "";
  let at = 0;
  for (; header.length < 7 && at < text.length; at += 1) {
    const letter = text[at] ?? "";
    if (letter === "\\") {
      at += 1;
      part += text[at];
    } else if (letter === "|") {
      header.push(part);
      part = "";
    } else part += letter;
  }
  const extension = new Map<string, string>();
  const rest = text.slice(at);
  const keys = [...rest.matchAll(/(?:^| )([A-Za-z0-9]+)=/g)].filter(({ index, 0: whole }) => {
    let slashes = 0;
    for (let before = index + whole.length - 2; rest[before] === "\\"; before -= 1) slashes += 1;
    return slashes % 2 === 0;
  });
  for (const [number, match] of keys.entries()) {
    const end = keys[number + 1]?.index ?? rest.length;
    const raw = rest.slice(match.index + match[0].length, end);
    extension.set(
      match[1] ?? "",
      raw.replaceAll(/\\(.)/g, (_, letter: string) => ({ n: "\n", r: "\r" })[letter] ?? letter),
    );
  }
  return { header, extension };
}

function parseCsv(text: string): string[][] {
  const records: string[][] = [];
  let cells: string[] = [];
  let cell = "";
  let quoted = false;
  for (let at = 0; at < text.length; at += 1) {
    const letter = text[at] ?? "";
    if (quoted) {
      if (letter !== '"') cell += letter;
      else if (text[at + 1] === '"') {
        cell += '"';
        at += 1;
      } else quoted = false;
    } else if (letter === '"') quoted = true;
    else if (letter === ",") {
      cells.push(cell);
      cell = "";
    } else if (letter === "\r" && text[at + 1] === "\n") {
      records.push([...cells, cell]);
      cells = [];
      cell = "";
      at += 1;
    } else cell += letter;
  }
  return records;
}

/** The apostrophe is part of the cell: the reader of a formula-like text sees it. */
function undefused(cell: string, original: string): string {
  return /^[=+\-@\t\r\n＝＋－＠]/.test(original) ? cell.slice(1) : cell;
}
