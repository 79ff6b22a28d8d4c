import { codeOf, Issuer } from "@holdfast/offline-store/testing/issuer";
import { noLocalRules } from "@holdfast/offline-store/testing/sign-in";
import { password, StoreRig, token } from "@holdfast/offline-store/testing/store-rig";
import { expect, test } from "vitest";
import { LocalSignIn } from "./local-sign-in.ts";

/** Attempts of one person at once: each is recorded, and each must be told how it ended. */
test("attempts that end for the same reason in the same minute are each told, and none is said to be interrupted", async () => {
  const rig = await StoreRig.open(await Issuer.create());
  await rig.online([0, 1, 2, 3]);
  const gate = Promise.withResolvers<void>();
  const { kdf } = rig.endpoint;
  rig.store = await rig.endpoint.open({
    kdf: {
      derive: async (...given) => {
        await gate.promise;
        return kdf.derive(...given);
      },
    },
  });
  const local = new LocalSignIn(rig.store, noLocalRules, "ward-3-desk-2");
  const verdicts = [1, 2].map((number) => {
    const attempt = rig.store.newAttempt(`attempt-${number}`);
    const answers = [password, codeOf(token, number)];
    return local.run({
      attempt,
      userName: "anna",
      workflow: "workstation",
      oneLine: false,
      context: { attemptId: attempt.id },
      typed: [],
      ask: async () => attempt.keep(answers.shift() ?? ""),
      tell: () => undefined,
    });
  });
  await expect.poll(async () => (await rig.store.facts("anna", noLocalRules)).lockout.failures).toBe(2);
  // While both are being checked the server says that she is disabled.
  await rig.store.applyContact(rig.issuer.contact(0, [{ status: "disabled" }]), null);
  gate.resolve();
  for (const { outcome } of await Promise.all(verdicts))
    expect(outcome).toMatchObject({ kind: "refused", reason: "user-disabled" });
  await rig.store.close();
  const { events } = await rig.store.events(100);
  expect(events.map(({ body }) => ("attemptId" in body ? [body.type, body.attemptId] : [body.type]))).toEqual(
    [["bundle-stored"], ["sign-in", "attempt-1"], ["sign-in", "attempt-2"]],
  );
});
