import { describe, expect, test } from "vitest";
import { TestEnterprise } from "../../agent/enterprise.ts";
import { startMailServer } from "../../rig/mail-server.ts";
import { missing } from "../../rig/requirements.ts";
import { createAuthority } from "../enterprise/certificates.ts";

/** Mail over real SMTP: with TLS that is insisted on, and names and passwords. */

type Tested = { sent: boolean; why: string | null };

describe("a mail server", () => {
  test("gets mail over STARTTLS, by name and password; without the right certificate nothing", async ({
    skip,
  }) => {
    const lack = missing("openssl");
    if (lack !== null) skip(lack);
    await using authority = await createAuthority();
    const certificate = await authority.issue("localhost", ["localhost"]);
    const user = { name: "holdfast", password: "mail s3cret" };
    await using mail = await startMailServer({ certificate, user });
    await using enterprise = await TestEnterprise.start();
    const sender = {
      ...{ kind: "smtp", host: "localhost", port: mail.port, security: "starttls", userName: user.name },
      ...{ from: "holdfast@ward.example", authority: authority.certificate, codeDigits: 6 },
    };
    const set = (change: object) => enterprise.admin("PUT", "/senders/email", { ...sender, ...change });
    const tried = () => enterprise.admin<Tested>("POST", "/senders/email/test", { to: "nora@ward.example" });

    await set({ secret: user.password });
    expect(await tried()).toEqual({ sent: true, why: null });
    const caught = await mail.next("nora@ward.example");
    expect(caught).toMatchObject({
      from: "holdfast@ward.example",
      user: "holdfast",
      secure: true,
      subject: "Holdfast: a test",
      text: expect.stringContaining("this is a test"),
    });
    expect(caught.headers).toMatch(/^Auto-Submitted: auto-generated$/im);

    await set({ secret: "wrong" });
    const refused = await tried();
    expect(refused).toMatchObject({ sent: false, why: expect.stringMatching(/Invalid/) });
    expect(refused.why).not.toContain("wrong");
    // By an authority that nobody named.
    await set({ secret: user.password, authority: null });
    expect(await tried()).toMatchObject({ sent: false, why: expect.stringMatching(/certificate/i) });
    expect(mail.mails).toHaveLength(1);
  });

  test("that offers no STARTTLS gets nothing where it is wanted, and no password ever", async () => {
    await using mail = await startMailServer();
    await using enterprise = await TestEnterprise.start();
    const sender = {
      ...{ kind: "smtp", host: "127.0.0.1", port: mail.port, userName: null, authority: null, codeDigits: 6 },
      from: "holdfast@ward.example",
    };
    const tried = () => enterprise.admin<Tested>("POST", "/senders/email/test", { to: "nora@ward.example" });
    await enterprise.admin("PUT", "/senders/email", { ...sender, security: "starttls", secret: null });
    expect(await tried()).toMatchObject({ sent: false });
    expect(mail.mails).toEqual([]);
    await expect(
      enterprise.admin("PUT", "/senders/email", { ...sender, security: "none", secret: "readable" }),
    ).rejects.toThrow("A password is sent over TLS only");
    await enterprise.admin("PUT", "/senders/email", { ...sender, security: "none", secret: null });
    expect(await tried()).toMatchObject({ sent: true });
    // A server that is not there: said, and within ten seconds.
    await enterprise.admin("PUT", "/senders/email", { ...sender, port: 9, security: "none" });
    expect(await tried()).toMatchObject({ sent: false, why: expect.stringMatching(/ECONNREFUSED/) });
  });
});
