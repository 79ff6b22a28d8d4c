import type { AuthenticatorKind } from "@holdfast/protocol/authenticators-api";
import { heldOf } from "../authenticators/data.ts";
import type { AppPorts } from "../ports.ts";
import { settingsOf } from "../settings.ts";
import { deliver, enterMessage } from "./deliver.ts";
import { senderOf } from "./sender-settings.ts";

/**
 * Tells a person by mail that he has one way more, or one less, to sign in: if it was not he, he should hear of it
 * elsewhere than there. Only where he has an address and there is a mail server; in the background.
 */
export function tellOfMethod(
  ports: AppPorts,
  userId: string,
  what: "added" | "removed",
  kind: AuthenticatorKind | "temporary-code" | "phone",
  /** Of an address that was removed itself. */
  formerAddress: string | null = null,
): void {
  ports.delivery.outbox.add("a notice", async () => {
    const entered = await ports.store.transaction(async (tx) => {
      if ((await senderOf(tx, "email")) === null) return null;
      const to =
        formerAddress ?? heldOf(await tx.authenticators.ofUser(userId), "email-code")[0]?.data.address;
      const user = await tx.users.get(userId);
      if (to === undefined || user === null) return null;
      const { productName, helpDeskContact } = await settingsOf(ports, tx);
      const help =
        helpDeskContact === ""
          ? "your help desk"
          : `your help desk (${helpDeskContact.replaceAll("\n", ", ")})`;
      const message = {
        channel: "email" as const,
        to,
        subject: `${productName}: ${words[kind]} was ${what}`,
        text: `${user.displayName},\n\n${words[kind]} was ${what} as a way for you (${user.name}) to sign in.\n\nIf that was not you or your help desk, tell ${help} at once.\n`,
      };
      const id = await enterMessage(ports, tx, { ...message, purpose: "notice", userId });
      return { id, message };
    });
    if (entered !== null) await deliver(ports, entered.id, entered.message);
  });
}

const words: Readonly<Record<AuthenticatorKind | "temporary-code" | "phone", string>> = {
  phone: "A phone",
  hotp: "A token",
  totp: "An authenticator app or token",
  passkey: "A passkey",
  "recovery-code": "A set of recovery codes",
  pin: "A PIN",
  card: "A card",
  "sms-code": "A phone number",
  "email-code": "An e-mail address",
  "temporary-code": "A temporary code of the help desk",
};
