import { constants } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { describeWhere } from "../../rig/requirements.ts";
import { type TemporaryDirectory, temporaryDirectory } from "../../rig/temporary-directory.ts";
import { type HostResult, type HostRun, pamStatus, runHost } from "./host.ts";
import { passwordAndCode, startScriptedAgent } from "./scripted-agent.ts";

const { errno } = constants;
const secret = "a password long enough that no register holds it all at once";

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** What the C library and libpam can answer, per function the module calls. */
const failures: Record<string, readonly number[]> = {
  socket: [errno.EMFILE, errno.ENOMEM],
  fcntl: [errno.EMFILE],
  setsockopt: [errno.EDOM],
  connect: [errno.ECONNREFUSED, errno.ENOENT, errno.ENOTDIR, errno.EACCES, errno.EAGAIN, errno.EPERM],
  getsockopt: [errno.ENOPROTOOPT],
  "short-getsockopt": [0],
  send: [errno.EPIPE, errno.ECONNRESET, errno.ENOBUFS],
  recv: [errno.ECONNRESET, errno.ENOMEM],
  poll: [errno.ENOMEM],
  clock_gettime: [errno.EINVAL],
  malloc: [errno.ENOMEM],
  getpwnam_r: [errno.EIO, errno.EMFILE, errno.ENOMEM],
  uid: [0],
  pam_get_user: [pamStatus.PAM_CONV_ERR],
};

describeWhere(["gcc", "make", "pam-headers"], "every call that the module makes, failing in turn", () => {
  let directory: TemporaryDirectory;
  let socket: string;
  let untroubled: HostResult;

  /** The sign-in that succeeds if nothing fails: two prompts, a WAIT, a message. */
  async function signIn(options: Partial<HostRun> = {}) {
    await using agent = await startScriptedAgent(socket, async (talk) => {
      // Slow enough that the module has to wait for each frame.
      const pausing = { ...talk, next: () => talk.next().finally(() => pause(15)) };
      await passwordAndCode({ type: "result", code: "success", reason: "signed-in" })(pausing);
    });
    // Standard input is closed so that fcntl is among the calls.
    const host = await runHost({ socket, answers: [secret, "755224"], with: ["closed-stdin"], ...options });
    return { ...host, heard: agent.heard };
  }

  beforeAll(async () => {
    directory = await temporaryDirectory("failing-calls", 0o755);
    socket = join(directory.path, "pam.sock");
    untroubled = await signIn();
  });
  afterAll(() => directory[Symbol.asyncDispose]());

  test("without failures it succeeds, and no call of the module's is left out here", () => {
    expect(untroubled.status).toBe("PAM_SUCCESS");
    // geteuid cannot fail; a PAM item that cannot be read is tested below.
    const covered = [...Object.keys(failures), "geteuid", "pam_get_item"];
    expect([...untroubled.calls.keys()].sort()).toEqual(covered.sort());
  });

  describe.each(Object.entries(failures))("%s", (call, errors) => {
    test("never yields success, hangs, crashes or leaves a descriptor open", async () => {
      const uses = untroubled.calls.get(call) ?? 0;
      expect(uses).toBeGreaterThan(0);
      for (const code of errors) {
        for (let at = 0; at <= uses; at++) {
          const done = await signIn({ fail: { call, at, errno: code } });
          const what = { call, at, code, status: done.status };
          // How often poll and recv are needed varies from run to run: a use that did not come did not fail.
          if (at > (done.calls.get(call) ?? 0)) continue;
          expect(done.status, JSON.stringify(what)).not.toBe("PAM_SUCCESS");
          expect(done.leakedDescriptors, JSON.stringify(what)).toBe(0);
          expect(done.elapsedMs, JSON.stringify(what)).toBeLessThan(8_000);
          expect(done.log.length, JSON.stringify(what)).toBeGreaterThan(call === "pam_get_user" ? -1 : 0);
        }
      }
    });

    test("leaves nothing of what was typed", async () => {
      const uses = untroubled.calls.get(call) ?? 0;
      for (const code of errors.slice(0, 1)) {
        for (let at = 1; at <= uses; at++) {
          const done = await signIn({ program: "host", secret, fail: { call, at, errno: code } });
          expect(done).toMatchObject({ secretFreed: false, secretOnStack: false });
        }
      }
    });
  });

  test("a call that is interrupted for ever ends with its limit, a name service that wants ever more memory too", async () => {
    const insatiable = await signIn({ fail: { call: "getpwnam_r", at: 0, errno: errno.ERANGE } });
    expect(insatiable.status).toBe("PAM_AUTHINFO_UNAVAIL");
    for (const call of ["connect", "send", "recv"]) {
      const done = await signIn({ fail: { call, at: 0, errno: errno.EINTR } });
      expect(done.status).toBe("PAM_AUTHINFO_UNAVAIL");
      expect(done.elapsedMs).toBeLessThan(8_000);
    }
  });

  test("a PAM item that cannot be read is told as unknown, so that no remote sign-in passes for a local one", async () => {
    for (const [index, field] of ["service", "rhost", "tty", "ruser"].entries()) {
      const fail = { call: "pam_get_item", at: index + 1, errno: 0 };
      const { heard } = await signIn({ fail, rhost: "203.0.113.7", tty: "ssh", ruser: "root" });
      expect(heard[0]?.[0]).toMatchObject({ [field]: "?" });
    }
  });

  test.each([errno.ENOENT, errno.ESRCH, errno.EBADF, errno.EPERM])(
    "getpwnam_r's error %i means that there is no such account",
    async (code) => {
      const done = await signIn({ fail: { call: "getpwnam_r", at: 1, errno: code } });
      expect(done.status).toBe("PAM_USER_UNKNOWN");
      expect(done.shown.map(({ kind }) => kind)).toEqual(["prompt-off", "prompt-on", "info"]);
    },
  );

  test("a name service that cannot answer, or answers nonsense, is a fault and no unknown user", async () => {
    const runs: Partial<HostRun>[] = [
      { fail: { call: "getpwnam_r", at: 1, errno: errno.EIO } },
      { fail: { call: "uid", at: 1, errno: 0 } },
      { alias: "a".repeat(257) },
      { alias: "\u001b[m" },
      { alias: "" },
    ];
    for (const run of runs) {
      const done = await signIn(run);
      expect(done).toMatchObject({ status: "PAM_AUTHINFO_UNAVAIL", shown: [] });
      expect(done.log).toEqual([{ priority: 3, text: "authenticate: the account could not be looked up" }]);
    }
  });
});
