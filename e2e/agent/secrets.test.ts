import { readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { TestEnterprise } from "./enterprise.ts";

test("with the real Argon2id: files are root's alone and hold neither password nor code, the log neither (OTP-5, MDA-5)", async () => {
  await using enterprise = await TestEnterprise.start({ realArgon2id: true });
  const ada = await enterprise.person("ada", await enterprise.policy());
  const endpoint = await enterprise.endpoint();
  const typed = [ada.code(0), ada.code(1)];
  await endpoint.signInOnline(ada);
  await enterprise.cut();
  await endpoint.offline();
  expect(await endpoint.signIn(ada)).toMatchObject({ code: "success", reason: "offline" });
  await endpoint.converse("somebody-typed-his-password-here", ["x"], { uid: 4711 });

  const state = join(endpoint.directory, "state");
  const names = await readdir(state, { recursive: true });
  let bytes = 0;
  for (const name of names) {
    const path = join(state, name);
    const about = await stat(path);
    if (about.isDirectory()) {
      expect(about.mode & 0o777, name).toBe(0o700);
      continue;
    }
    expect(about.mode & 0o777, name).toBe(0o600);
    if (!about.isFile()) continue;
    const content = await readFile(path);
    bytes += content.length;
    expect(content.includes(ada.password), name).toBe(false);
    // Among base64 and digests a code's six digits may stand by chance; as a JSON text they would be a code.
    for (let counter = 0; counter < 30; counter += 1)
      expect(content.includes(`"${ada.code(counter)}"`), name).toBe(false);
  }
  expect(bytes).toBeGreaterThan(5000);

  const log = JSON.stringify(endpoint.log);
  for (const secret of [ada.password, ...typed, "somebody-typed-his-password-here"])
    expect(log.includes(secret)).toBe(false);
});
