import type { Page } from "playwright-core";
import { type OpenPage, texts } from "../../rig/browser.ts";
import { type Administrator, authenticatorApp, type Hospital } from "./hospital.ts";

/** Somebody who signs in, with an authenticator app on the phone where not told otherwise. */
export type Caller = {
  readonly id: string;
  readonly userName: string;
  readonly displayName: string;
  readonly password: string;
  readonly phone: { readonly id: string; code(): string };
};

export async function callerOf(
  { enterprise }: Hospital,
  userName: string,
  displayName: string,
  policyId?: string,
  now: () => number = Date.now,
): Promise<Caller> {
  const user = await newcomer(enterprise, userName, displayName, policyId);
  const made = await enterprise.admin<{ otpauthUri: string; token: { id: string } }>(
    "POST",
    `/users/${user.id}/tokens`,
    { kind: "totp", label: "Phone" },
  );
  return { ...user, phone: { id: made.token.id, code: authenticatorApp(made.otpauthUri, now) } };
}

/** With a password and nothing else. */
export async function newcomer(
  enterprise: Hospital["enterprise"],
  userName: string,
  displayName: string,
  policyId?: string,
): Promise<Omit<Caller, "phone">> {
  const password = `password of ${userName}`;
  const { id } = await enterprise.admin<{ id: string }>("POST", "/users", {
    userName,
    displayName,
    password,
    ...(policyId === undefined ? {} : { policyId }),
  });
  return { id, userName, displayName, password };
}

/** An administrator with a role of just these rights. */
export async function administratorWith(
  hospital: Hospital,
  userName: string,
  displayName: string,
  rights: readonly string[],
): Promise<Administrator> {
  const role = await hospital.enterprise.admin<{ id: string }>("POST", "/roles", {
    name: `Role of ${userName}`,
    rights,
    scope: "enterprise",
  });
  return hospital.administrator(userName, displayName, role.id);
}

type Verdict = {
  /** "succeeded", "asking" or the code of the refusal. */
  readonly status: string;
  readonly prompts: readonly string[];
  readonly factors: readonly string[];
};

let attempts = 0;

/** A VPN gateway or another application that asks the API step by step, as it would a person. */
export async function signInBy(
  { enterprise }: Hospital,
  apiKey: string,
  workflow: "remote-access" | "workstation" | "self-service",
  { userName, password }: Pick<Caller, "userName" | "password">,
  typed: string | null,
): Promise<Verdict> {
  attempts += 1;
  const post = async (path: string, payload: object) => {
    const response = await enterprise.site.server.app.inject({
      method: "POST",
      url: `/api/v1${path}`,
      headers: { authorization: `Bearer ${apiKey}` },
      payload,
    });
    return response.json();
  };
  let answer = await post("/sign-ins", { attemptId: `call_${attempts}_${Date.now()}`, userName, workflow });
  const prompts: string[] = [];
  const values = [password, ...(typed === null ? [] : [typed])];
  while (answer.status === "asking") {
    const value = values.shift();
    prompts.push(answer.prompts[0].text);
    if (value === undefined) break;
    answer = await post("/sign-ins/steps", {
      continuation: answer.continuation,
      given: { factor: answer.prompts[0].factor, value },
    });
  }
  return { status: answer.code ?? answer.status, prompts, factors: answer.factors ?? [] };
}

/** A page of the user in the console. */
export async function openUser(
  { page }: OpenPage,
  { url }: Hospital,
  { id, displayName }: { id: string; displayName: string },
): Promise<void> {
  await page.goto(`${url}/users/${id}`);
  await page.getByRole("heading", { level: 1, name: displayName }).waitFor();
  // Read by every role; what depends on the policy is there by then.
  await page.getByRole("heading", { name: "Failed attempts" }).waitFor();
  await page.waitForLoadState("networkidle");
}

/** The code as somebody reads it from the screen, group by group. */
export async function readOut(page: Page): Promise<string> {
  const groups = page.getByRole("dialog", { name: /^The temporary code of/ }).locator("code > span");
  return (await texts(groups)).join("");
}

/** As a superadministrator does it in the settings. */
export async function allowTemporaryCodes(
  enterprise: Hospital["enterprise"],
  change: object = {},
): Promise<void> {
  const { temporaryCodes } = await enterprise.admin<{ temporaryCodes: object }>("GET", "/settings");
  await enterprise.admin("PUT", "/settings/temporary-codes", {
    temporaryCodes: { ...temporaryCodes, allowed: true, ...change },
  });
}
