import type {
  RadiusClientChange,
  RadiusClientCreation,
  RadiusClientIssued,
  RadiusClientView,
} from "@holdfast/protocol/radius-api";
import { sealRadiusSecret } from "../../keys/radius-secret.ts";
import type { RadiusClientRow } from "../../store/radius-store.ts";
import type { Transaction } from "../../store/store.ts";
import type { Actor } from "../actor.ts";
import { report } from "../audit.ts";
import { enterprise, refusalOfChange } from "../authorization.ts";
import type { Outcome, Refused } from "../outcome.ts";
import { notFound, ok, refused } from "../outcome.ts";
import type { AppPorts } from "../ports.ts";
import { newId, newSecret } from "../ports.ts";
import { said } from "../reach.ts";

export function createClient(
  ports: AppPorts,
  actor: Actor,
  { name, address, prompts, requiresMessageAuthenticator }: RadiusClientCreation,
): Promise<Outcome<RadiusClientIssued>> {
  const id = newId(ports, "rcl");
  const made = newSharedSecret(ports, id);
  return ports.store.transaction(async (tx) => {
    const row: RadiusClientRow = {
      id,
      name,
      address: canonical(address),
      prompts,
      requiresMessageAuthenticator,
      sealedSecret: made.sealed,
      createdAtMs: tx.now(),
      secretChangedAtMs: tx.now(),
    };
    const no = (await refusalOfChange(tx, actor, "properties.radius", enterprise)) ?? (await taken(tx, row));
    if (no) return no;
    await tx.radius.clients.insert(row);
    await noteChange(tx);
    await report(tx, actor, "radius-client-created", { detail: { clientId: id, after: settingsOf(row) } });
    return ok({ ...viewClient(row), secret: made.secret });
  });
}

export function changeClient(
  ports: AppPorts,
  actor: Actor,
  id: string,
  change: RadiusClientChange,
): Promise<Outcome<RadiusClientView>> {
  return ports.store.transaction(async (tx) => {
    const no = await refusalOfChange(tx, actor, "properties.radius", enterprise);
    if (no) return no;
    const row = await tx.radius.clients.get(id);
    if (!row) return notFound("RADIUS client");
    const changed = { ...row, ...said(change) };
    const next = { ...changed, address: canonical(changed.address) };
    const other = await taken(tx, next);
    if (other) return other;
    await tx.radius.clients.update(next);
    // How it is asked is the server's to know alone.
    const configured = ["address", "name", "requiresMessageAuthenticator"] as const;
    if (configured.some((field) => next[field] !== row[field])) await noteChange(tx);
    await report(tx, actor, "radius-client-changed", {
      detail: { clientId: id, before: settingsOf(row), after: settingsOf(next) },
    });
    return ok(viewClient(next));
  });
}

/** The secret before it is good for as long as FreeRADIUS is not configured anew. */
export function rotateSecret(
  ports: AppPorts,
  actor: Actor,
  id: string,
): Promise<Outcome<RadiusClientIssued>> {
  const made = newSharedSecret(ports, id);
  return ports.store.transaction(async (tx) => {
    const no = await refusalOfChange(tx, actor, "properties.radius", enterprise);
    if (no) return no;
    const row = await tx.radius.clients.get(id);
    if (!row) return notFound("RADIUS client");
    const next = { ...row, sealedSecret: made.sealed, secretChangedAtMs: tx.now() };
    await tx.radius.clients.update(next);
    await noteChange(tx);
    await report(tx, actor, "radius-secret-changed", { detail: { clientId: id, name: row.name } });
    return ok({ ...viewClient(next), secret: made.secret });
  });
}

/** Its sign-ins are refused from here on, whatever FreeRADIUS still knows. */
export function removeClient(ports: AppPorts, actor: Actor, id: string): Promise<Outcome<null>> {
  return ports.store.transaction(async (tx) => {
    const no = await refusalOfChange(tx, actor, "properties.radius", enterprise);
    if (no) return no;
    const row = await tx.radius.clients.get(id);
    if (!row) return notFound("RADIUS client");
    await tx.radius.clients.remove(id);
    await noteChange(tx);
    await report(tx, actor, "radius-client-removed", { detail: { clientId: id, before: settingsOf(row) } });
    return ok(null);
  });
}

export function viewClient(row: RadiusClientRow): RadiusClientView {
  const { sealedSecret: _, ...view } = row;
  return view;
}

/** When something last changed that FreeRADIUS's configuration holds. */
export async function clientsChangedAtMs(tx: Transaction): Promise<number> {
  return Number((await tx.settings.get(changedSetting)) ?? 0);
}

const changedSetting = "radius.clients-changed-at-ms";

function noteChange(tx: Transaction): Promise<void> {
  return tx.settings.set(changedSetting, String(tx.now()));
}

/** 192 random bits in letters and digits: RFC 2865 §3 wants more than anybody can remember. */
function newSharedSecret(ports: AppPorts, id: string): { secret: string; sealed: string } {
  const secret = newSecret(ports, 24);
  return { secret, sealed: sealRadiusSecret(ports.secrets, id, secret) };
}

function settingsOf({ name, address, prompts, requiresMessageAuthenticator }: RadiusClientRow) {
  return { name, address, prompts, requiresMessageAuthenticator };
}

/** One text for one address, so that two writings of it are not two clients. */
function canonical(address: string): string {
  const [host = "", prefix] = address.split("/");
  const written = host.includes(":") ? new URL(`http://[${host}]`).hostname.slice(1, -1) : host;
  const whole = host.includes(":") ? "128" : "32";
  return prefix === undefined || prefix === whole ? written : `${written}/${prefix}`;
}

async function taken(tx: Transaction, { id, name, address }: RadiusClientRow): Promise<Refused | null> {
  const others = (await tx.radius.clients.list()).filter((one) => one.id !== id);
  if (others.some((one) => one.name === name))
    return refused("conflict", "A RADIUS client of this name exists already.");
  const same = others.find((one) => one.address === address);
  return same ? refused("conflict", `The RADIUS client "${same.name}" has this address already.`) : null;
}
