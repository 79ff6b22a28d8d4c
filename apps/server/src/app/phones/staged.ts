import type { PhoneConfiguration } from "@holdfast/protocol/phone-api";
import { phoneType } from "@holdfast/protocol/phone-types";
import { hotpAlgorithm, hotpDigits } from "@holdfast/protocol/primitives";
import { z } from "zod";
import type { PhoneRegistrationRow } from "../../store/phones-store.ts";
import type { Transaction } from "../../store/store.ts";
import type { AppPorts } from "../ports.ts";
import { settingsOf } from "../settings.ts";

/** What a phone was handed and that does not count yet; sealed in the registration's row. */
const staged = z.strictObject({
  phoneId: z.string(),
  deviceId: z.string(),
  label: z.string(),
  types: z.array(phoneType),
  seeds: z.array(
    z.strictObject({
      tokenId: z.string(),
      kind: z.enum(["totp", "hotp"]),
      secret: z.string(),
      digits: hotpDigits,
      algorithm: hotpAlgorithm,
      periodSeconds: z.union([z.literal(30), z.literal(60)]).nullable(),
    }),
  ),
});
export type Staged = z.infer<typeof staged>;

export function stagedPurpose(id: string): string {
  return `staged phone registration ${id}`;
}

export function openStaged(
  ports: AppPorts,
  { id, sealedStaged }: Pick<PhoneRegistrationRow, "id" | "sealedStaged">,
): Staged | null {
  const text = sealedStaged === null ? null : ports.secrets.openTicket(stagedPurpose(id), sealedStaged);
  return text === null ? null : staged.parse(JSON.parse(Buffer.from(text).toString("utf8")));
}

export async function stagedConfiguration(
  ports: AppPorts,
  tx: Transaction,
  userId: string,
  { phoneId, deviceId, label, types, seeds }: Staged,
): Promise<PhoneConfiguration> {
  const user = await tx.users.get(userId);
  if (user === null) throw new Error("a registration of nobody");
  return {
    ...{ phoneId, deviceId, label, types },
    enterprise: (await settingsOf(ports, tx)).productName,
    account: user.name,
    mode: "online",
    status: "enabled",
    codes: seeds.map((seed) => ({ ...seed, counter: 0 })),
  };
}
