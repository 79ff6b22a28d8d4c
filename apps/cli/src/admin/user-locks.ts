import { option } from "@holdfast/options/declaration";
import { defineOptions } from "@holdfast/options/define-options";
import { userView } from "@holdfast/protocol/admin-api";
import { authenticatorList } from "@holdfast/protocol/authenticators-api";
import type {
  StolenDeviceRequest,
  StopAnswer,
  StoppedEndpoint,
  UserLockView,
} from "@holdfast/protocol/lock-api";
import { stolenDevicePreview, stopAnswer, userLockView } from "@holdfast/protocol/lock-api";
import type { AnyCommand } from "../frame/command.ts";
import type { Answer } from "../frame/outcome.ts";
import { done, ok, usage } from "../frame/outcome.ts";
import { commandLine } from "../frame/shell-words.ts";
import { actorText } from "../output/actor.ts";
import { printable } from "../output/printable.ts";
import type { Screen } from "../output/screen.ts";
import { table } from "../output/table.ts";
import { dateTime, dateTimeAndSpan } from "../output/time.ts";
import type { Api } from "../transport/api.ts";
import { segment } from "../transport/api.ts";
import { confirmationOptions } from "./administrator-options.ts";
import { confirm } from "./confirm.ts";
import { findPolicy, findUser } from "./lookups.ts";
import { adminCommand } from "./with-api.ts";

const userArgument = { name: "USER", help: "The user's name or id.", required: true } as const;

const reasonOptions = defineOptions({
  reason: option({
    type: "string",
    flag: "--reason",
    default: null,
    help: "Why, for the audit and for whoever ends it.",
  }),
});

/** Stopping somebody at once, and what that has not reached yet (UNI-4). */
export const userLockCommands: readonly AnyCommand[] = [
  adminCommand({
    words: ["admin", "users", "lock"],
    summary: "Lock a user: end sessions, tokens, codes and what endpoints hold",
    about: [
      "One act, until `holdfast admin users unlock-account` ends it. An endpoint without a network cannot hear it: the table says until when each may still honour what it holds.",
    ],
    arguments: [userArgument],
    options: reasonOptions,
    examples: ["holdfast admin users lock anna --reason 'Asked by security'"],
    json: stopAnswer,
    run: async (api, { values, arguments: [typed = ""], screen }) => {
      if (values.reason === null) return reasonMissing("lock", typed);
      const user = await findUser(api, typed);
      if (user.kind === "refused") return user;
      const path = `/users/${segment(user.value.id)}/lock`;
      const locked = await api.send(
        stopAnswer,
        "POST",
        path,
        { reason: values.reason },
        {
          doing: `lock ${typed}`,
          next: { conflict: commandLine("holdfast", "admin", "users", "lock-state", typed) },
        },
      );
      if (locked.kind === "refused") return locked;
      const head = `Locked ${printable(user.value.userName)}. ${endedText(locked.value)}`;
      return done(locked.value, `${head}\n\n${endpointsText(locked.value, typed, screen)}`);
    },
  }),

  adminCommand({
    words: ["admin", "users", "unlock-account"],
    summary: "End the lock of a user",
    about: [
      "What the lock disabled is enabled again; sessions, codes and application passwords stay ended. A lock after wrong passwords is another thing: `holdfast admin users unlock`.",
    ],
    arguments: [userArgument],
    options: {},
    examples: ["holdfast admin users unlock-account anna"],
    json: userLockView,
    run: async (api, { arguments: [typed = ""] }) => {
      const user = await findUser(api, typed);
      if (user.kind === "refused") return user;
      const path = `/users/${segment(user.value.id)}/lock`;
      const ended = await api.send(userLockView, "DELETE", path, undefined, {
        doing: `end the lock of ${typed}`,
        next: { conflict: commandLine("holdfast", "admin", "users", "unlock", typed) },
      });
      if (ended.kind === "refused") return ended;
      const now = await api.get(userView, `/users/${segment(user.value.id)}`, { doing: `show ${typed}` });
      if (now.kind === "refused") return now;
      return done(
        ended.value,
        `${printable(now.value.userName)} is ${now.value.status === "active" ? "active again. Offline sign-in works again after one online sign-in on each endpoint." : "disabled, as before the lock."}`,
      );
    },
  }),

  adminCommand({
    words: ["admin", "users", "lock-state"],
    summary: "Show where a locked user's rights, or those of a stolen device, may still be honoured",
    arguments: [userArgument],
    options: {},
    examples: ["holdfast admin users lock-state anna"],
    json: userLockView,
    run: async (api, { arguments: [typed = ""], screen }) => {
      const user = await findUser(api, typed);
      if (user.kind === "refused") return user;
      const state = await api.get(userLockView, `/users/${segment(user.value.id)}/lock`, {
        doing: `show the lock of ${typed}`,
      });
      if (state.kind === "refused") return state;
      return done(
        state.value,
        `${standingText(state.value, screen)}\n\n${endpointsText(state.value, typed, screen)}`,
      );
    },
  }),

  adminCommand({
    words: ["admin", "users", "stolen-device"],
    summary: "Delete the enrolments of a lost or stolen device, and end what it could go on with",
    about: [
      "For good: who has the device back enrols it anew. The user goes on with what is left, or with a temporary code until another device is enrolled.",
      "Without --authenticator, everything that the user has enrolled is deleted.",
    ],
    arguments: [userArgument],
    options: {
      ...reasonOptions,
      ...defineOptions({
        authenticator: option({
          type: "list",
          flag: "--authenticator",
          default: [],
          help: "Id of an enrolment that went with the device; repeat it for several.",
        }),
        moveToPolicy: option({
          type: "string",
          flag: "--move-to-policy",
          default: null,
          help: "Move the user to this policy, by name or id: one where enrolling cannot be put off.",
        }),
      }),
      ...confirmationOptions,
    },
    examples: ["holdfast admin users stolen-device anna --reason 'Phone stolen on the train'"],
    json: stopAnswer,
    run: async (api, { values, arguments: [typed = ""], ports, screen }) => {
      if (values.reason === null) return reasonMissing("stolen-device", typed);
      const user = await findUser(api, typed);
      if (user.kind === "refused") return user;
      const base = `/users/${segment(user.value.id)}`;
      const ids = await idsOf(api, base, typed, values.authenticator);
      if (ids.kind === "refused") return ids;
      const body: StolenDeviceRequest = { authenticatorIds: ids.value, reason: values.reason };
      if (values.moveToPolicy !== null) {
        const policy = await findPolicy(api, values.moveToPolicy);
        if (policy.kind === "refused") return policy;
        body.moveToPolicyId = policy.value.id;
      }
      const cautions = await cautionsText(api, base, typed, ids.value);
      if (cautions.kind === "refused") return cautions;
      const no = await confirm(
        ports,
        values.yes,
        `${cautions.value}Delete ${ids.value.length === 1 ? "1 enrolment" : `${ids.value.length} enrolments`} of ${printable(user.value.userName)} for good?`,
        repeatOf(typed, values.reason, values.authenticator, values.moveToPolicy),
      );
      if (no) return no;
      const reported = await api.send(stopAnswer, "POST", `${base}/stolen-device`, body, {
        doing: `report a stolen device of ${typed}`,
      });
      if (reported.kind === "refused") return reported;
      return done(
        reported.value,
        `${cautions.value}${endedText(reported.value)}\n\n${endpointsText(reported.value, typed, screen)}`,
      );
    },
  }),
];

/** With every option of the first time: without --authenticator it would delete all that the user has. */
function repeatOf(typed: string, reason: string, ids: readonly string[], policy: string | null): string {
  return commandLine(
    ...["holdfast", "admin", "users", "stolen-device", typed, "--reason", reason],
    ...ids.flatMap((id) => ["--authenticator", id]),
    ...(policy === null ? [] : ["--move-to-policy", policy]),
    "--yes",
  );
}

function reasonMissing(command: string, typed: string) {
  return usage(
    "Nothing was changed.",
    "Say why: it is kept in the audit.",
    `${commandLine("holdfast", "admin", "users", command, typed)} --reason '…'`,
  );
}

async function idsOf(
  api: Api,
  base: string,
  typed: string,
  said: readonly string[],
): Promise<Answer<string[]>> {
  if (said.length > 0) return ok([...said]);
  const list = await api.get(authenticatorList, `${base}/authenticators`, {
    doing: `list the authenticators of ${typed}`,
  });
  return list.kind === "refused"
    ? list
    : ok(list.value.items.filter(({ status }) => status !== "revoked").map(({ id }) => id));
}

async function cautionsText(
  api: Api,
  base: string,
  typed: string,
  ids: readonly string[],
): Promise<Answer<string>> {
  if (ids.length === 0) return ok("");
  const preview = await api.get(
    stolenDevicePreview,
    `${base}/stolen-device`,
    { doing: `say what follows for ${typed}` },
    { authenticatorIds: ids.join(",") },
  );
  if (preview.kind === "refused") return preview;
  const lines = preview.value.cautions.map(({ message }) => `CAUTION: ${message}\n`);
  const names = preview.value.policies.map(({ name }) => printable(name)).join(", ");
  if (names !== "") lines.push(`Policies in which enrolling cannot be put off: ${names}\n`);
  return ok(lines.join(""));
}

function endedText({ ended }: StopAnswer): string {
  const { sessions, authenticators, appPasswords, codesAndChallenges, apiKeys } = ended;
  const parts = [
    [sessions, "session", "sessions"],
    [authenticators, "authenticator", "authenticators"],
    [appPasswords, "application password", "application passwords"],
    [codesAndChallenges, "code or challenge", "codes and challenges"],
  ] as const;
  const told = parts.filter(([count]) => count > 0);
  const text =
    told.length === 0
      ? "There was nothing to end at the servers."
      : `Ended: ${told.map(([count, one, many]) => `${count} ${count === 1 ? one : many}`).join(", ")}.`;
  if (apiKeys.length === 0) return text;
  const names = apiKeys.map(({ id, name }) => `${printable(name)} (${id})`).join(", ");
  return `${text}\nAPI keys made by this user are refused until the lock ends: ${names}.`;
}

function standingText({ lock, stolenDevice }: UserLockView, screen: Screen): string {
  const lines = [
    lock === null
      ? "Not locked."
      : `Locked ${dateTime(lock.atMs)} by ${actorText(lock.by, lock.byName, lock.byPerson)}: ${printable(lock.reason)}`,
  ];
  if (stolenDevice !== null)
    lines.push(
      `A device was reported ${dateTimeAndSpan(stolenDevice.atMs, screen.nowMs)} by ${actorText(stolenDevice.by, stolenDevice.byName, stolenDevice.byPerson)}: ${printable(stolenDevice.reason)}`,
    );
  return lines.join("\n");
}

function endpointsText({ endpoints }: UserLockView, typed: string, screen: Screen): string {
  if (endpoints.length === 0) return "No endpoint holds anything of this user.";
  const rows = endpoints.map((one) => [
    printable(one.endpointName),
    stateText(one, screen),
    one.usableUntilMs === null ? "no" : `until ${dateTime(one.usableUntilMs)}`,
    one.usableUntilMs === null ? "" : `≤ ${one.offlineSignInsLeft}`,
    one.lastContactAtMs === null ? "never" : dateTime(one.lastContactAtMs),
  ]);
  const columns = [
    { title: "ENDPOINT", yields: 1 },
    { title: "ORDER" },
    { title: "USABLE" },
    { title: "LEFT", align: "right" as const },
    { title: "LAST CONTACT" },
  ];
  const waiting = endpoints.some(({ state }) => state === "pending")
    ? `\nLook again: ${commandLine("holdfast", "admin", "users", "lock-state", typed)}`
    : "";
  return table(columns, rows, screen) + waiting;
}

function stateText({ state, doneAtMs }: StoppedEndpoint, screen: Screen): string {
  return state === "done"
    ? screen.paint("good", `done ${dateTime(doneAtMs ?? 0)}`)
    : screen.paint("bad", "pending: not heard");
}
