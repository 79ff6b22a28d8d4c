import { copyFile, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { checkPam } from "./pam.ts";

const packaged = path.resolve(import.meta.dirname, "../../../../../deploy/pam");
let root: string;
beforeEach(async () => {
  root = await mkdtemp(path.join(tmpdir(), "holdfast-doctor-"));
  await mkdir(path.join(root, "pam.d"));
});
afterEach(() => rm(root, { recursive: true }));

const write = (name: string, text: string) => writeFile(path.join(root, name), text);

/** A machine set up as docs/reference/pam-module.md says. */
async function setUp(): Promise<void> {
  for (const stack of ["holdfast-auth", "holdfast-account"]) {
    await copyFile(path.join(packaged, stack), path.join(root, "pam.d", stack));
  }
  await write("pam_holdfast.so", "");
  await write(
    "pam.d/sshd",
    "@include holdfast-auth\naccount required pam_nologin.so\n@include holdfast-account\n@include common-account\n",
  );
  await write("sshd_config", "UsePAM yes\nKbdInteractiveAuthentication yes\n");
  await write("group", "root:x:0:\nholdfast-breakglass:x:990:admin\n");
}

async function found(socket = "/run/holdfast/pam.sock"): Promise<Record<string, string>> {
  const findings = await checkPam({
    pamDirectory: path.join(root, "pam.d"),
    module: path.join(root, "pam_holdfast.so"),
    socket,
    sshdConfiguration: path.join(root, "sshd_config"),
    groupFile: path.join(root, "group"),
  });
  for (const { status, next } of findings) expect(next === null).toBe(status === "ok");
  return Object.fromEntries(findings.map(({ title, status, detail }) => [title, `${status}: ${detail}`]));
}

describe("the PAM check", () => {
  test("finds nothing wrong with the packaged stacks", async () => {
    await setUp();
    for (const state of Object.values(await found())) expect(state).toMatch(/^ok: /);
  });

  test("finds everything wrong where nothing is", async () => {
    const states = await found();
    expect(states["PAM module"]).toMatch(/^error: /);
    expect(states["PAM stack holdfast-auth"]).toMatch(/^error: .*is not there/);
    expect(states["Services that use Holdfast"]).toMatch(/^warning: No service/);
    expect(states["Break-glass group"]).toMatch(/^info: /);
  });

  test("a stack that points at another agent's socket", async () => {
    await setUp();
    expect((await found("/tmp/run/pam.sock"))["PAM stack holdfast-auth"]).toMatch(
      /^error: .*points at \/run\/holdfast\/pam.sock/,
    );
    const told = "auth [success=done default=die] pam_holdfast.so socket=/tmp/run/pam.sock\n";
    await write("pam.d/holdfast-auth", told);
    expect((await found("/tmp/run/pam.sock"))["PAM stack holdfast-auth"]).toMatch(/^ok: /);
  });

  test("a stack that was loosened, so that a refusal is passed over", async () => {
    await setUp();
    await write("pam.d/holdfast-auth", "auth sufficient pam_holdfast.so\nauth required pam_unix.so\n");
    expect((await found())["PAM stack holdfast-auth"]).toMatch(/^error: .*a refusal may be passed over/);
  });

  test("a line in a comment counts for nothing", async () => {
    await setUp();
    await write(
      "pam.d/sshd",
      "# @include holdfast-auth\n# @include holdfast-account\n@include common-auth\n",
    );
    const states = await found();
    expect(states["Services that use Holdfast"]).toMatch(/^warning: No service/);
    expect(states["sshd's settings"]).toBeUndefined();
  });

  test("a service with half of it: a disabled user's ssh key would still open", async () => {
    await setUp();
    await write("pam.d/login", "@include holdfast-auth\n@include common-account\n");
    expect((await found())["Services that use Holdfast"]).toMatch(/^warning: login .*ssh keys/);
  });

  test("sshd that does not ask PAM, or asks one line only; the first setting wins, drop-ins come first", async () => {
    await setUp();
    await write("sshd_config", "KbdInteractiveAuthentication yes\n");
    expect((await found())["sshd's settings"]).toMatch(/^error: .*UsePAM/);
    await mkdir(path.join(root, "sshd_config.d"));
    await write("sshd_config.d/10-local.conf", "KbdInteractiveAuthentication no\n");
    await write(
      "sshd_config",
      "Include /etc/ssh/sshd_config.d/*.conf\nUsePAM yes\nKbdInteractiveAuthentication yes\n",
    );
    expect((await found())["sshd's settings"]).toMatch(/^warning: KbdInteractiveAuthentication is no/);
  });
});
