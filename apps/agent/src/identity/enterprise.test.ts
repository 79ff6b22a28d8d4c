import { describe, expect, test } from "vitest";
import { enrolled } from "../testing/enrolled.ts";

describe("a contact's number and nonce", () => {
  test("the number is on the disk before the contact is sent, and none is given twice after a restart", async () => {
    const { enterprise, read } = await enrolled();
    expect(await enterprise.beginContact()).toEqual({
      nonce: "nonce-of-enrolment",
      number: 1,
      foreign: null,
    });
    expect((await read()).record.contactNumber).toBe(1);
    expect(await (await read()).beginContact()).toMatchObject({ number: 2 });
  });

  test("an answer's nonce goes with the next contact, after a restart too", async () => {
    const { enterprise, read } = await enrolled();
    await enterprise.contactAnswered(await enterprise.beginContact(), "nonce-of-the-answer", {
      lastContactMs: 5,
    });
    expect((await read()).record).toMatchObject({ nonce: "nonce-of-the-answer", lastContactMs: 5 });
    expect(await enterprise.beginContact()).toMatchObject({ nonce: "nonce-of-the-answer", number: 2 });
  });

  test("the answer to a contact that another has followed brings no nonce, and everything else", async () => {
    const { enterprise } = await enrolled();
    const [first, second] = await Promise.all([enterprise.beginContact(), enterprise.beginContact()]);
    await enterprise.contactAnswered(first, "nonce-of-the-first", { lastContactMs: 5 });
    expect(enterprise.record).toMatchObject({ nonce: "nonce-of-enrolment", lastContactMs: 5 });
    await enterprise.contactAnswered(second, "nonce-of-the-second");
    await enterprise.contactAnswered(first, "nonce-of-the-first");
    expect(enterprise.record.nonce).toBe("nonce-of-the-second");
  });

  test("it goes on above what the server has taken, and says where that is none of its own", async () => {
    const { enterprise } = await enrolled();
    await enterprise.beginContact();
    expect(await enterprise.beginContact(1)).toMatchObject({ number: 2, foreign: null });
    expect(await enterprise.beginContact(70)).toMatchObject({ number: 71, foreign: 70 });
    expect(await enterprise.beginContact(70)).toMatchObject({ number: 72, foreign: null });
  });

  test.each(["ENOSPC", "EROFS"] as const)(
    "a disk that refuses (%s) keeps none back: it goes without a number",
    async (why) => {
      const { disk, enterprise, read } = await enrolled();
      disk.refusesWrites = why;
      const begun = await enterprise.beginContact();
      expect(begun).toEqual({ nonce: "nonce-of-enrolment", number: null, foreign: null });
      await expect(enterprise.contactAnswered(begun, "nonce-of-the-answer")).rejects.toThrow(why);
      expect(await enterprise.beginContact()).toMatchObject({ nonce: "nonce-of-enrolment", number: null });
      disk.refusesWrites = null;
      expect(await enterprise.beginContact()).toMatchObject({ number: 1 });
      expect((await read()).record).toMatchObject({ nonce: "nonce-of-enrolment", contactNumber: 1 });
    },
  );

  test("changes that are asked for together are all kept", async () => {
    const { enterprise, read } = await enrolled();
    const begun = await enterprise.beginContact();
    await Promise.all([
      enterprise.update({ authorities: ["one", "two"] }),
      enterprise.contactAnswered(begun, "nonce-of-the-answer"),
      enterprise.beginContact(),
      enterprise.update({ failoverBetweenSites: true }),
    ]);
    expect((await read()).record).toMatchObject({
      authorities: ["one", "two"],
      nonce: "nonce-of-the-answer",
      contactNumber: 2,
      failoverBetweenSites: true,
    });
  });
});
