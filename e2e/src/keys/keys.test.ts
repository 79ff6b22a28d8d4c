import { readFileSync } from "node:fs";
import { copyFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { connect, type TLSSocket } from "node:tls";
import { tokenEnrolment, userView } from "@holdfast/protocol/admin-api";
import { codeTrialAnswer } from "@holdfast/protocol/authenticators-api";
import { masterKeyView } from "@holdfast/protocol/operating-api";
import { afterAll, beforeAll, expect, test } from "vitest";
import { referenceHotp } from "../../rig/reference-hotp.ts";
import { describeWhere } from "../../rig/requirements.ts";
import { Administrator } from "../enterprise/administrator.ts";
import { createAuthority, type IssuedCertificate, type TestAuthority } from "../enterprise/certificates.ts";
import { ServerProcess } from "../enterprise/server-process.ts";

const stack = new AsyncDisposableStack();
afterAll(() => stack.disposeAsync());

describeWhere(["openssl"], "SIGHUP", () => {
  let authority: TestAuthority;
  let first: IssuedCertificate;
  let server: ServerProcess;
  beforeAll(async () => {
    authority = stack.use(await createAuthority());
    first = await authority.issue("first", ["localhost", "127.0.0.1"]);
    server = stack.use(await ServerProcess.create({ certificate: first }));
    await server.start();
  });

  const open = () =>
    new Promise<TLSSocket>((resolve, reject) => {
      const socket = connect({
        host: "127.0.0.1",
        servername: "localhost",
        port: server.port,
        ca: authority.certificate,
      });
      socket.once("secureConnect", () => resolve(socket));
      socket.once("error", reject);
    });
  const presented = async () => {
    const socket = await open();
    const { CN } = socket.getPeerCertificate().subject;
    socket.destroy();
    return CN;
  };
  const asked = (socket: TLSSocket) =>
    new Promise<string>((resolve) => {
      socket.once("data", (data) => resolve(String(data).split("\r\n")[0] ?? ""));
      socket.write("GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n");
    });

  test("a renewed certificate is presented at once, connections of before go on, and a broken one changes nothing", async () => {
    expect(await presented()).toBe("first");
    const before = await open();
    expect(await asked(before)).toBe("HTTP/1.1 200 OK");
    const second = await authority.issue("second", ["localhost", "127.0.0.1"]);
    await copyFile(second.keyPath, first.keyPath);
    await copyFile(second.chainPath, first.chainPath);
    server.child.signal("SIGHUP");
    // The server looks by itself every ten seconds; the signal does not wait for that.
    await expect.poll(presented, { timeout: 4_000, interval: 100 }).toBe("second");
    expect(await asked(before)).toBe("HTTP/1.1 200 OK");
    before.destroy();

    await writeFile(first.chainPath, "nothing of a certificate");
    server.child.signal("SIGHUP");
    await server.child.waitForOutput(/a certificate was refused; the old one stays in use/, {
      timeoutMs: 5_000,
    });
    expect(await presented()).toBe("second");
  });
});

describeWhere([], "kill -9 while the master key is being changed", () => {
  const secret = Buffer.from("12345678901234567890");
  const base32 = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";
  // As many of one kind as a user may have.
  const [users, tokensOfOne] = [15, 20];
  let server: ServerProcess;
  let administrator: Administrator;
  const tokens: { readonly userId: string; readonly tokenId: string }[] = [];

  beforeAll(async () => {
    server = stack.use(await ServerProcess.create());
    await server.start();
    administrator = await Administrator.bootstrap(server);
    for (let user = 0; user < users; user++) {
      const created = await administrator.api.send(
        userView,
        "POST",
        "/users",
        { userName: `ada-${user}` },
        { doing: "add" },
      );
      if (created.kind === "refused") throw new Error(created.what);
      const userId = created.value.id;
      for (let number = 0; number < tokensOfOne; number++) {
        const body = { kind: "hotp", label: `Token ${number}`, secret: base32 };
        const made = await administrator.api.send(tokenEnrolment, "POST", `/users/${userId}/tokens`, body, {
          doing: "enrol",
        });
        if (made.kind === "refused") throw new Error(made.what);
        tokens.push({ userId, tokenId: made.value.token.id });
      }
    }
  });

  const keysInFile = () =>
    (readFileSync(join(server.stateDirectory, "master-key"), "utf8").match(/\S+/g) ?? []).length;
  const view = async () => {
    const answer = await administrator.api.get(masterKeyView, "/keys/master", { doing: "look" });
    if (answer.kind === "refused") throw new Error(answer.what);
    return answer.value;
  };

  test("whenever it dies, it opens everything at its next start, goes on by itself, and ends with one key", async () => {
    const before = (await view()).masterKeyId;
    const one = keysInFile();
    let between = 0;
    const begun = await administrator.api.send(masterKeyView, "POST", "/keys/master/rotation", undefined, {
      doing: "rotate",
    });
    expect(begun.kind).toBe("ok");
    for (const waitMs of [0, 15, 40, 90]) {
      await new Promise((resolve) => setTimeout(resolve, waitMs));
      await server.kill();
      if (keysInFile() > one) between += 1;
      await server.start();
      expect((await view()).masterKeyId, "the new key is in force from the first moment").not.toBe(before);
    }
    expect(between, "it was killed while both keys were needed").toBeGreaterThan(0);
    await expect.poll(keysInFile, { timeout: 20_000 }).toBe(one);
    await server.kill();
    await server.start();
    for (const one of [tokens[0], tokens[150], tokens.at(-1)]) {
      const path = `/users/${one?.userId}/authenticators/${one?.tokenId}/trial`;
      const tried = await administrator.api.send(
        codeTrialAnswer,
        "POST",
        path,
        { code: referenceHotp({ secret }, 0) },
        { doing: "try" },
      );
      expect(tried).toMatchObject({ kind: "ok", value: { right: true } });
    }
    expect(await administrator.brokenChains()).toEqual([]);
  });
});
