import type { HoldfastServer } from "@holdfast/server/server";
import type { PhoneRow } from "@holdfast/server/store/phones-store";
import { TestPhone, thumbprintOf } from "../../rig/phone.ts";

/** A phone that is registered online already: for tests that are about what it is asked, not about how it got there. */
export async function phoneInHand(
  { ports }: HoldfastServer,
  userId: string,
  changes: Partial<PhoneRow> = {},
): Promise<TestPhone> {
  const origin = ports.phones.origin();
  if (origin === null) throw new Error("the authenticator app is not served");
  const content = Buffer.from(JSON.stringify({ r: "reg_in_hand" })).toString("base64url");
  const phone = new TestPhone(`${origin}/add#online.${content}`);
  const halfOf = (key: TestPhone["requestKey"]) => {
    const { kty, crv, x, y } = key.publicKey.export({ format: "jwk" });
    return { kty, crv, x, y } as NonNullable<PhoneRow["requestKey"]>;
  };
  const id = `phn_${thumbprintOf(phone)
    .slice(0, 12)
    .replace(/[^A-Za-z0-9]/g, "x")}`;
  phone.phoneId = id;
  await ports.store.transaction(async (tx) => {
    await tx.phones.insert({
      id,
      userId,
      label: "Phone in hand",
      mode: "online",
      deviceId: "7KQ4-MXW3-NA52",
      types: ["push"],
      status: "enabled",
      requestKeyThumbprint: thumbprintOf(phone),
      requestKey: halfOf(phone.requestKey),
      approvalKey: halfOf(phone.approvalKey),
      challengeKey: null,
      biometric: null,
      phoneName: "Test phone",
      appVersion: "0.1.0",
      registrationId: `reg_${id}`,
      createdAtMs: tx.now(),
      lastSyncMs: tx.now(),
      ...changes,
    });
    await tx.push.users.put({ userId, enabled: true, requireBiometric: false });
  });
  return phone;
}
