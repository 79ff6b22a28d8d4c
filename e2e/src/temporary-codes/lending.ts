import { settingsView } from "@holdfast/protocol/settings-api";
import {
  defaultTemporaryCodeSettings,
  type TemporaryCodeCreation,
  temporaryCodeCreated,
  temporaryCodeView,
} from "@holdfast/protocol/temporary-codes-api";
import type { Administrator } from "../enterprise/administrator.ts";
import type { Person } from "../enterprise/person.ts";

/** What the help desk does, by the API. A refusal throws with its text. */

const asked = { doing: "test" };

export async function allowTemporaryCodes({ api }: Administrator): Promise<void> {
  const temporaryCodes = { ...defaultTemporaryCodeSettings, allowed: true };
  const answer = await api.send(settingsView, "PUT", "/settings/temporary-codes", { temporaryCodes }, asked);
  if (answer.kind === "refused") throw new Error(answer.why);
}

export async function lendCode(
  { api }: Administrator,
  { userId }: Person,
  request: Partial<TemporaryCodeCreation> = {},
): Promise<string> {
  const wanted = { use: "multiple", lifetime: "PT8H", reason: "Called back", ...request };
  const path = `/users/${userId}/temporary-code`;
  const answer = await api.send(temporaryCodeCreated, "POST", path, wanted, asked);
  if (answer.kind === "refused") throw new Error(answer.why);
  return answer.value.code;
}

export async function hasCode({ api }: Administrator, { userId }: Person): Promise<boolean> {
  const answer = await api.get(temporaryCodeView, `/users/${userId}/temporary-code`, asked);
  if (answer.kind === "refused") throw new Error(answer.why);
  return answer.value.active !== null;
}
