import type { Action } from "@holdfast/core/authorization/policy";
import type { AuthenticatorAppSettingsChange, AuthenticatorAppView } from "@holdfast/protocol/phones-api";
import { durationSeconds } from "@holdfast/protocol/primitives";
import type { EnterpriseSettings, SettingsChange, SettingsView } from "@holdfast/protocol/settings-api";
import { enterpriseSettings } from "@holdfast/protocol/settings-api";
import type { TemporaryCodeSettingsChange } from "@holdfast/protocol/temporary-codes-api";
import { defaultTemporaryCodeSettings } from "@holdfast/protocol/temporary-codes-api";
import type { Transaction } from "../store/store.ts";
import type { Actor } from "./actor.ts";
import { report } from "./audit.ts";
import { enterprise, refusalOfChange } from "./authorization.ts";
import type { Outcome } from "./outcome.ts";
import { invalid, ok, refused } from "./outcome.ts";
import type { AppPorts } from "./ports.ts";
import { said } from "./reach.ts";

type Named = { readonly server: Pick<AppPorts["server"], "productName"> };

export function readSettings(ports: AppPorts): Promise<SettingsView> {
  return ports.store.read((tx) => settingsOf(ports, tx));
}

export function changeSettings(
  ports: AppPorts,
  actor: Actor,
  { version, ...change }: SettingsChange,
): Promise<Outcome<SettingsView>> {
  return replaceSettings(ports, actor, "properties.settings", version, (before) => {
    const next: SettingsView = {
      ...before,
      ...said(change),
      consoleSession: { ...before.consoleSession, ...said(change.consoleSession ?? {}) },
      portalSession: { ...before.portalSession, ...said(change.portalSession ?? {}) },
    };
    for (const which of ["consoleSession", "portalSession"] as const) {
      const { idle, longest } = next[which];
      if (milliseconds(idle) > milliseconds(longest))
        return invalid(`${which}.idle`, "A session cannot be idle for longer than it may last.");
    }
    return ok(next);
  });
}

/** Whether the help desk may give out temporary codes, and which, has a right of its own (TC-15). */
export function changeTemporaryCodeSettings(
  ports: AppPorts,
  actor: Actor,
  { version, temporaryCodes }: TemporaryCodeSettingsChange,
): Promise<Outcome<SettingsView>> {
  return replaceSettings(ports, actor, "properties.temporary-codes", version, (before) =>
    ok({ ...before, temporaryCodes }),
  );
}

/** With how many phones a switch would leave as they are (AMB-REG-2). */
export function readAuthenticatorApp(ports: AppPorts): Promise<AuthenticatorAppView> {
  return ports.store.read(async (tx) => ({
    ...(await settingsOf(ports, tx)).authenticatorApp,
    phones: await tx.phones.counts(),
  }));
}

/** How phones are registered from now on (REG-15 to REG-17): read by every request, so in force at once everywhere. */
export function changeAuthenticatorAppSettings(
  ports: AppPorts,
  actor: Actor,
  { version, authenticatorApp }: AuthenticatorAppSettingsChange,
): Promise<Outcome<SettingsView>> {
  const types = [...new Set(authenticatorApp.types)];
  return replaceSettings(ports, actor, "properties.authenticator-app", version, (before) =>
    ok({ ...before, authenticatorApp: { ...authenticatorApp, types } }),
  );
}

function replaceSettings(
  ports: AppPorts,
  actor: Actor,
  action: Action,
  version: number | undefined,
  change: (before: SettingsView) => Outcome<SettingsView>,
): Promise<Outcome<SettingsView>> {
  return ports.store.transaction(async (tx) => {
    const no = await refusalOfChange(tx, actor, action, enterprise);
    if (no) return no;
    const before = await settingsOf(ports, tx);
    if (version !== undefined && version !== before.version)
      return refused("conflict", "Somebody else changed the settings meanwhile; look at them again.");
    const changed = change(before);
    if (changed.kind === "refused") return changed;
    const next = { ...changed.value, version: before.version + 1 };
    await tx.settings.set(key, JSON.stringify(next));
    await report(tx, actor, "settings-changed", { detail: { before, after: next } });
    return ok(next);
  });
}

/** As they are in force; what nobody has set is the default. */
export async function settingsOf(ports: Named, tx: Transaction): Promise<SettingsView> {
  const kept = await tx.settings.get(key);
  const { version, ...set } = kept === null ? { version: 0 } : JSON.parse(kept);
  return { ...enterpriseSettings.parse({ ...defaults(ports), ...set }), version };
}

/** What screens, authenticator apps and mails call this product (TC-11). */
export async function productNameOf(ports: Named, tx: Transaction): Promise<string> {
  return (await settingsOf(ports, tx)).productName;
}

/** How long after proving himself an administrator may do dangerous things. */
export async function freshSignInMs(ports: AppPorts): Promise<number> {
  return milliseconds((await readSettings(ports)).freshSignIn);
}

const key = "enterprise-settings";

/** What a new enterprise begins with and an older one has only once somebody chooses it (REG-14, AMB-REG-3). */
export async function setFreshSettings(tx: Transaction): Promise<void> {
  const authenticatorApp = { onlineAccess: true, types: ["totp", "push", "qr-challenge"] };
  await tx.settings.set(key, JSON.stringify({ version: 0, authenticatorApp }));
}

function defaults({ server }: Named): EnterpriseSettings {
  return {
    productName: server.productName,
    organisationName: "",
    helpDeskContact: "",
    consoleSession: { idle: "PT15M", longest: "PT8H" },
    portalSession: { idle: "PT30M", longest: "PT12H" },
    freshSignIn: "PT5M",
    temporaryCodes: defaultTemporaryCodeSettings,
    // Of a store from before there was a choice (REG-14); a new enterprise starts with it on.
    authenticatorApp: { onlineAccess: false, types: ["totp", "push", "qr-challenge"] },
  };
}

function milliseconds(duration: string): number {
  return (durationSeconds(duration) ?? 0) * 1000;
}
