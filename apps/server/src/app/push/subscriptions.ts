import type { WebPushChange, WebPushView } from "@holdfast/protocol/push-api";
import type { PhoneRow } from "../../store/phones-store.ts";
import { report } from "../audit.ts";
import type { Outcome } from "../outcome.ts";
import { invalid, ok } from "../outcome.ts";
import { phoneActor } from "../phones/claims.ts";
import type { AppPorts } from "../ports.ts";

/** By which push service a phone is woken while its app is closed. */

export function readWebPush(ports: AppPorts, { id }: PhoneRow): Promise<Outcome<WebPushView>> {
  return ports.store.read(async (tx) => {
    const row = await tx.push.subscriptions.get(id);
    return ok({ publicKey: ports.push.vapidPublicKey, endpoint: row?.endpoint ?? null });
  });
}

export async function changeWebPush(
  ports: AppPorts,
  phone: PhoneRow,
  { subscription }: WebPushChange,
): Promise<Outcome<WebPushView>> {
  // The server calls this address: it must not be somebody's within.
  if (subscription !== null && !ports.push.isPushService(subscription.endpoint))
    return invalid("subscription.endpoint", "This server does not call that push service.");
  await ports.store.transaction(async (tx) => {
    const before = await tx.push.subscriptions.get(phone.id);
    if (subscription === null) await tx.push.subscriptions.remove(phone.id);
    else {
      const { endpoint, keys } = subscription;
      await tx.push.subscriptions.put({ phoneId: phone.id, endpoint, ...keys, createdAtMs: tx.now() });
    }
    if ((before === null) === (subscription === null)) return;
    await report(tx, phoneActor(phone, phone.id), "phone-web-push-changed", {
      userId: phone.userId,
      detail: { phoneId: phone.id, subscribed: subscription !== null },
    });
  });
  return readWebPush(ports, phone);
}
