import { option } from "@holdfast/options/declaration";
import { defineOptions } from "@holdfast/options/define-options";
import { endpointPage, enrolmentPage } from "@holdfast/protocol/admin-answers";
import type { EndpointView, EnrolmentCreation } from "@holdfast/protocol/admin-api";
import { endpointView, enrolmentIssued } from "@holdfast/protocol/admin-api";
import type { ClientProfile } from "@holdfast/protocol/policy";
import { durationText } from "@holdfast/protocol/primitives";
import { z } from "zod";
import type { AnyCommand } from "../frame/command.ts";
import { done, usage } from "../frame/outcome.ts";
import { commandLine } from "../frame/shell-words.ts";
import { printable } from "../output/printable.ts";
import type { Screen } from "../output/screen.ts";
import { facts, table } from "../output/table.ts";
import { dateTime, dateTimeAndSpan, fromNow } from "../output/time.ts";
import type { Api } from "../transport/api.ts";
import { segment } from "../transport/api.ts";
import { everyPage } from "../transport/every-page.ts";
import { confirmationOptions } from "./administrator-options.ts";
import { confirm } from "./confirm.ts";
import { moreLine, pageOptions } from "./lists.ts";
import { findEndpoint } from "./lookups.ts";
import { groupIdsOf, newMemberOptions } from "./role-lookups.ts";
import { adminCommand } from "./with-api.ts";

const endpointArgument = { name: "ENDPOINT", help: "The endpoint's name or id.", required: true } as const;
const distrustShape = z.strictObject({ endpointId: z.string(), distrusted: z.boolean() });

export const endpointCommands: readonly AnyCommand[] = [
  adminCommand({
    words: ["admin", "endpoints", "enrolment-code"],
    summary: "Make a one-time code that enrols one endpoint",
    about: [
      "The code names the enterprise's certificate authority, so that nobody has to click through a warning. It is shown once and is good for one endpoint.",
    ],
    arguments: [{ name: "NAME", help: "What the endpoint will be called.", required: true }],
    options: defineOptions({
      site: option({
        type: "string",
        flag: "--site",
        default: null,
        help: "The endpoint's site; the server's own where nothing is said.",
      }),
      profile: option({
        type: "enum",
        values: ["pam", "wlm"],
        flag: "--profile",
        default: "pam",
        help: "How many codes it gets by default: pam the OTP window less the buffer, wlm 30 (OTP-16, OTP-17).",
      }),
      buffer: option({
        type: "integer",
        flag: "--buffer",
        min: 0,
        max: 1000,
        default: null,
        help: "Of the pam profile; 5 where nothing or less is said (OTP-18).",
      }),
      validForSeconds: option({
        type: "duration",
        flag: "--valid-for",
        min: 1,
        max: 30 * 86_400,
        default: null,
        help: "How long the code can be used; one day (P1D) where nothing is said.",
      }),
      ...newMemberOptions,
    }),
    examples: [
      "holdfast admin endpoints enrolment-code ward-7",
      "holdfast admin endpoints enrolment-code ward-7 --site North --valid-for PT1H",
    ],
    json: enrolmentIssued,
    run: async (api, { values, arguments: [name = ""], screen }) => {
      const profile = profileOf(values.profile, values.buffer);
      if (profile === null) {
        return usage(
          "No code was made.",
          "The wlm profile has no buffer.",
          "Leave out --buffer, or use --profile pam.",
        );
      }
      const body: EnrolmentCreation = { name, profile };
      const groups = await groupIdsOf(api, values.group);
      if (groups.kind === "refused") return groups;
      if (groups.value.length > 0) body.groupIds = groups.value;
      if (values.site !== null) body.site = values.site;
      if (values.validForSeconds !== null) body.validFor = durationText(values.validForSeconds);
      const issued = await api.send(enrolmentIssued, "POST", "/endpoint-enrolments", body, {
        doing: `make an enrolment code for ${name}`,
      });
      if (issued.kind === "refused") return issued;
      const { command, expiresAtMs } = issued.value;
      return done(
        issued.value,
        [
          `On ${printable(name)}, as root, until ${dateTimeAndSpan(expiresAtMs, screen.nowMs)}, once:`,
          "",
          `  ${screen.paint("heading", printable(command))}`,
          "",
          "The code is not shown again.",
        ].join("\n"),
      );
    },
  }),

  adminCommand({
    words: ["admin", "endpoints", "enrolments"],
    summary: "List enrolment codes: open, used and expired",
    arguments: [],
    options: {},
    examples: ["holdfast admin endpoints enrolments"],
    json: enrolmentPage,
    run: async (api, { screen }) => {
      const list = await everyPage(api, enrolmentPage, "/endpoint-enrolments", {
        doing: "list the enrolment codes",
      });
      if (list.kind === "refused") return list;
      const { items } = list.value;
      if (items.length === 0) {
        return done(list.value, "No enrolment codes. Make one: holdfast admin endpoints enrolment-code NAME");
      }
      const rows = items.map(({ id, name, site, expiresAtMs, usedAtMs, endpointId }) => [
        printable(name),
        printable(site),
        usedAtMs !== null
          ? `used ${dateTime(usedAtMs)}`
          : expiresAtMs <= screen.nowMs
            ? `expired ${dateTime(expiresAtMs)}`
            : `open until ${dateTime(expiresAtMs)}`,
        endpointId ?? "",
        id,
      ]);
      const columns = [
        { title: "NAME", yields: 1 },
        { title: "SITE", yields: 2 },
        { title: "STATE" },
        { title: "ENDPOINT", yields: 3 },
        { title: "CODE" },
      ];
      return done(list.value, table(columns, rows, screen));
    },
  }),

  adminCommand({
    words: ["admin", "endpoints", "end-enrolment"],
    summary: "End an enrolment code that nobody has used yet",
    arguments: [{ name: "CODE", help: "Its id, as `enrolments` lists it.", required: true }],
    options: {},
    examples: ["holdfast admin endpoints end-enrolment enr_…"],
    json: z.strictObject({ ended: z.string() }),
    run: async (api, { arguments: [id = ""] }) => {
      const list = "holdfast admin endpoints enrolments";
      const ended = await api.send(z.null(), "DELETE", `/endpoint-enrolments/${segment(id)}`, undefined, {
        doing: `end the enrolment code ${id}`,
        next: { "not-found": list, conflict: list },
      });
      return ended.kind === "refused" ? ended : done({ ended: id }, `Ended ${printable(id)}.`);
    },
  }),

  adminCommand({
    words: ["admin", "endpoints", "list"],
    summary: "List endpoints, with those that have not heard an order yet",
    arguments: [],
    options: {
      ...defineOptions({
        site: option({
          type: "string",
          flag: "--site",
          default: null,
          help: "Only endpoints of this site.",
        }),
        status: option({
          type: "enum",
          values: ["active", "revoked"],
          flag: "--status",
          default: null,
          help: "Only endpoints in this state.",
        }),
      }),
      ...pageOptions,
    },
    examples: ["holdfast admin endpoints list", "holdfast admin endpoints list --site North --status active"],
    json: endpointPage,
    run: async (api, { values, screen }) => {
      const page = await api.get(
        endpointPage,
        "/endpoints",
        { doing: "list the endpoints" },
        { site: values.site, status: values.status, limit: values.limit, after: values.after },
      );
      if (page.kind === "refused") return page;
      const { items, next } = page.value;
      if (items.length === 0) {
        const none =
          values.site === null && values.status === null ? "No endpoints" : "No endpoints that fit";
        return done(page.value, `${none}. Enrol one: holdfast admin endpoints enrolment-code NAME`);
      }
      const rows = items.map((endpoint) => [
        printable(endpoint.name),
        endpoint.id,
        printable(endpoint.site),
        endpoint.status,
        endpoint.keyProtection,
        contactText(endpoint, screen.nowMs),
      ]);
      const columns = [
        { title: "ENDPOINT", yields: 2 },
        { title: "ID" },
        { title: "SITE", yields: 1 },
        { title: "STATUS" },
        { title: "KEYS" },
        { title: "CONTACT", yields: 3 },
      ];
      const pending = items.flatMap((endpoint) => pendingLines(endpoint, screen));
      const notes = pending.length === 0 ? "" : `\n\nOrders not confirmed:\n${pending.join("\n")}`;
      return done(
        page.value,
        table(columns, rows, screen) +
          notes +
          moreLine(
            next,
            ...["holdfast", "admin", "endpoints", "list"],
            ...(values.site === null ? [] : ["--site", values.site]),
            ...(values.status === null ? [] : ["--status", values.status]),
          ),
      );
    },
  }),

  adminCommand({
    words: ["admin", "endpoints", "show"],
    summary: "Show an endpoint and the orders it has not confirmed",
    arguments: [endpointArgument],
    options: {},
    examples: ["holdfast admin endpoints show ward-7"],
    json: endpointView,
    run: async (api, { arguments: [typed = ""], screen }) => {
      const endpoint = await findEndpoint(api, typed);
      return endpoint.kind === "refused"
        ? endpoint
        : done(endpoint.value, endpointText(endpoint.value, screen));
    },
  }),

  adminCommand({
    words: ["admin", "endpoints", "revoke"],
    summary: "Revoke an endpoint: missing, stolen or retired",
    about: [
      "Every server refuses it at once, and refuses the codes it may still hold. What it holds is deleted when it makes contact; until then, or until the lease ends, it can still be used offline by who knows password and code.",
    ],
    arguments: [endpointArgument],
    options: confirmationOptions,
    examples: ["holdfast admin endpoints revoke ward-7"],
    json: endpointView,
    run: async (api, { values, arguments: [typed = ""], ports }) => {
      const endpoint = await findEndpoint(api, typed);
      if (endpoint.kind === "refused") return endpoint;
      const { id, name } = endpoint.value;
      const repeat = commandLine("holdfast", "admin", "endpoints", "revoke", typed, "--yes");
      const no = await confirm(
        ports,
        values.yes,
        `Revoke the endpoint ${printable(name)} (${id}) for good?`,
        repeat,
      );
      if (no) return no;
      const revoked = await api.send(
        endpointView,
        "POST",
        `/endpoints/${segment(id)}/revocation`,
        undefined,
        {
          doing: `revoke the endpoint ${typed}`,
          next: { conflict: commandLine("holdfast", "admin", "endpoints", "show", id) },
        },
      );
      if (revoked.kind === "refused") return revoked;
      const outlook = commandLine("holdfast", "admin", "outlook", "--endpoint", id);
      return done(
        revoked.value,
        `Revoked ${printable(name)}. What it may still hold, and until when: ${outlook}`,
      );
    },
  }),

  adminCommand({
    words: ["admin", "endpoints", "distrust"],
    summary: "Keep an endpoint's reports, but let them change nothing",
    about: [
      "For an endpoint whose word on used codes and failures is doubted. Its events stay in the audit; floors it has raised stay raised, because no code is accepted twice.",
    ],
    arguments: [endpointArgument],
    options: {},
    examples: ["holdfast admin endpoints distrust ward-7"],
    json: distrustShape,
    run: (api, { arguments: [typed = ""] }) => setDistrust(api, typed, true),
  }),

  adminCommand({
    words: ["admin", "endpoints", "trust"],
    summary: "Let an endpoint's reports count again",
    arguments: [endpointArgument],
    options: {},
    examples: ["holdfast admin endpoints trust ward-7"],
    json: distrustShape,
    run: (api, { arguments: [typed = ""] }) => setDistrust(api, typed, false),
  }),
];

async function setDistrust(api: Api, typed: string, distrusted: boolean) {
  const endpoint = await findEndpoint(api, typed);
  if (endpoint.kind === "refused") return endpoint;
  const { id, name } = endpoint.value;
  const doing = `${distrusted ? "discard" : "take up"} the reports of ${typed}`;
  const set = await api.send(
    z.null(),
    distrusted ? "PUT" : "DELETE",
    `/endpoints/${segment(id)}/distrust`,
    undefined,
    { doing },
  );
  if (set.kind === "refused") return set;
  const text = distrusted ? "no longer counts; the audit keeps it" : "counts again";
  return done({ endpointId: id, distrusted }, `What ${printable(name)} reports ${text}.`);
}

function endpointText(endpoint: EndpointView, screen: Screen): string {
  const keys =
    endpoint.keyProtection === "tpm" ? "in the TPM" : "in a file: rollback by root is not prevented";
  const pending = pendingLines(endpoint, screen);
  return [
    facts([
      ["Endpoint", `${screen.paint("heading", printable(endpoint.name))}  ${endpoint.id}`],
      ["Host", printable(endpoint.hostName)],
      ["Site", printable(endpoint.site)],
      ["Status", endpoint.status === "active" ? "active" : screen.paint("bad", "revoked")],
      ["Contact", contactText(endpoint, screen.nowMs)],
      ...reportsRow(endpoint, screen),
      ["Profile", profileText(endpoint.profile)],
      ["Keys", keys],
      ["Agent", endpoint.agentVersion],
      ["Enrolled", dateTime(endpoint.enrolledAtMs)],
    ]),
    ...(pending.length === 0 ? [] : ["", "Orders not confirmed:", ...pending]),
  ].join("\n");
}

/** `connected`, or since when it was not heard (DESIGN §7, promise 4: never more than the server can know). */
function contactText({ connected, lastContactAtMs }: EndpointView, nowMs: number): string {
  if (connected) return "connected";
  return lastContactAtMs === null
    ? "never yet"
    : `${dateTime(lastContactAtMs)} (${fromNow(lastContactAtMs, nowMs)})`;
}

/** Nothing where its reports count, which is the rule. */
function reportsRow({ distrustedSinceMs }: EndpointView, screen: Screen): [string, string][] {
  return distrustedSinceMs === null
    ? []
    : [["Reports", screen.paint("bad", `not believed since ${dateTime(distrustedSinceMs)}`)]];
}

function pendingLines({ name, pendingRevocations }: EndpointView, screen: Screen): string[] {
  return pendingRevocations.map(({ reason, state, userId }) =>
    screen.paint(
      "caution",
      `  ${printable(name)}: ${reason}${userId === null ? "" : ` of ${userId}`}, ${printable(state)}`,
    ),
  );
}

function profileText(profile: ClientProfile): string {
  return profile.name === "wlm" ? "wlm: 30 codes" : `pam: OTP window less ${Math.max(5, profile.buffer)}`;
}

function profileOf(name: "pam" | "wlm", buffer: number | null): ClientProfile | null {
  if (name === "pam") return { name, buffer: buffer ?? 5 };
  return buffer === null ? { name } : null;
}
