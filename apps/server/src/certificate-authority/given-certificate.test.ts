import { copyFile, mkdtemp, rm, writeFile } from "node:fs/promises";
import { request } from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TLSSocket } from "node:tls";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { inMemoryConfig } from "../config.ts";
import { newMasterKey } from "../keys/master-key.ts";
import { createSecrets } from "../keys/secrets.ts";
import type { HoldfastServer } from "../server.ts";
import { createServer } from "../server.ts";
import { openStore } from "../store/open-store.ts";
import { expectProblem, startRig } from "../testing/rig.ts";
import type { CertificateAuthority } from "./authority.ts";
import { openAuthority } from "./authority.ts";
import { readGiven } from "./given-certificate.ts";

const day = 86_400_000;
let directory: string;
let authority: CertificateAuthority;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "holdfast-given-"));
  authority = await newAuthority();
});
afterEach(() => rm(directory, { recursive: true, force: true }));

/** Somebody else's authority, as files of it come. */
async function newAuthority(): Promise<CertificateAuthority> {
  const store = await openStore({ location: ":memory:", now: Date.now, serverId: "srv" });
  const made = await openAuthority(
    store,
    createSecrets([newMasterKey()]),
    { names: ["example.org"], further: [] },
    Date.now(),
  );
  await store.close();
  return made;
}

async function files(name: string, names: readonly string[], atMs = Date.now(), by = authority) {
  const { certificatePem, keyPem } = await by.issue(names, atMs);
  const given = { certificatePath: join(directory, `${name}.pem`), keyPath: join(directory, `${name}.key`) };
  await writeFile(given.certificatePath, `${certificatePem}\n${by.certificatePem}\n`);
  await writeFile(given.keyPath, keyPem);
  return given;
}

describe("a given certificate", () => {
  test("is refused with the reason where it cannot be used", async () => {
    const good = await files("good", ["holdfast.example.org", "10.0.0.5"]);
    const other = await files("other", ["holdfast.example.org"]);
    const old = await files("old", ["holdfast.example.org"], Date.now() - 200 * day);
    const early = await files("early", ["holdfast.example.org"], Date.now() + 20 * day);
    const names = ["holdfast.example.org"];
    const read = (given: typeof good, wanted = names) => readGiven(given, wanted, Date.now());
    expect(await read(good, ["holdfast.example.org", "10.0.0.5"])).toMatchObject({ kind: "ok" });
    const why = async (given: typeof good, wanted = names) => {
      const result = await read(given, wanted);
      return result.kind === "refused" ? result.why.replaceAll(directory, "") : "taken";
    };
    expect(await why({ ...good, keyPath: other.keyPath })).toBe(
      "The key in /other.key does not fit the first certificate in /good.pem.",
    );
    expect(await why(good, ["holdfast.example.com"])).toBe(
      "The certificate in /good.pem is not for holdfast.example.com.",
    );
    expect(await why(good, ["10.0.0.6"])).toContain("not for 10.0.0.6");
    expect(await why(old)).toMatch(/expired on 20/);
    expect(await why(early)).toMatch(/not valid before 20/);
    expect(await why({ ...good, keyPath: join(directory, "none") })).toContain("cannot be read (ENOENT)");
    await writeFile(join(directory, "empty"), "");
    expect(await why({ ...good, certificatePath: join(directory, "empty") })).toContain(
      "holds no certificate",
    );
    expect(await why({ ...good, keyPath: join(directory, "empty") })).toContain("holds no private key");
    const broken = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
    await writeFile(join(directory, "broken"), broken);
    expect(await why({ ...good, certificatePath: join(directory, "broken") })).toContain("cannot be read");
    const leaf = (await authority.issue(names, Date.now())).certificatePem;
    await writeFile(join(directory, "mixed"), `${leaf}\n${(await newAuthority()).certificatePem}\n`);
    expect(await why({ certificatePath: join(directory, "mixed"), keyPath: good.keyPath })).toMatch(
      /does not fit/,
    );
  });

  test("is taken up without a restart, on SIGHUP's call, by the API and when files change; a bad one is not", async () => {
    const given = await files("api", ["localhost"]);
    const config = { tls: { kind: "given", ...given } as const };
    const rig = await startRig({ ...config }, { clock: { now: Date.now } });
    const started = await rig.server.start();
    const first = (await presented(started.url)).fingerprint256;
    const list = async () => (await rig.call("GET", "/api/v1/certificates")).body;
    expect(await list()).toMatchObject({
      items: [{ use: "api", source: "given", fingerprint: first, refused: null, names: ["localhost"] }],
    });

    // The key of another: refused with the reason, and the old one goes on.
    const next = await files("next", ["localhost"]);
    await copyFile(next.keyPath, given.keyPath);
    const refusal = expectProblem(await rig.call("POST", "/api/v1/certificates/reload"), "conflict");
    expect(refusal.detail).toMatch(/does not fit.*The certificate in use stays/);
    expect((await presented(started.url)).fingerprint256).toBe(first);
    expect((await list()).items[0].refused.why).toMatch(/does not fit/);
    // Another authority would cut every endpoint off.
    const foreign = await files("foreign", ["localhost"], Date.now(), await newAuthority());
    await copyFile(foreign.certificatePath, given.certificatePath);
    await copyFile(foreign.keyPath, given.keyPath);
    expectProblem(await rig.call("POST", "/api/v1/certificates/reload"), "conflict");
    expect((await presented(started.url)).fingerprint256).toBe(first);

    await copyFile(next.certificatePath, given.certificatePath);
    await copyFile(next.keyPath, given.keyPath);
    const reloaded = await rig.call("POST", "/api/v1/certificates/reload");
    expect(reloaded.body).toMatchObject({ kind: "reloaded" });
    const second = (await presented(started.url)).fingerprint256;
    expect(second).not.toBe(first);
    expect((await list()).items[0]).toMatchObject({ fingerprint: second, refused: null });
    expect((await rig.call("POST", "/api/v1/certificates/reload")).body.kind).toBe("unchanged");

    const third = await files("third", ["localhost"]);
    await copyFile(third.certificatePath, given.certificatePath);
    await copyFile(third.keyPath, given.keyPath);
    await rig.server.reloadCertificates();
    expect((await presented(started.url)).fingerprint256).not.toBe(second);
    const audit = (await rig.call("GET", "/api/v1/audit?type=certificate-reloaded&limit=10")).body.items;
    expect(audit.map(({ outcome }: { outcome: string }) => outcome)).toEqual([
      "succeeded",
      "succeeded",
      "refused",
      "refused",
    ]);
    await rig.stop();
  });

  test("that cannot be used at the start keeps the server from starting", async () => {
    const given = await files("api", ["localhost"]);
    await expect(
      createServer({ ...inMemoryConfig, names: ["elsewhere.example.org"], tls: { kind: "given", ...given } }),
    ).rejects.toThrow(/is not for elsewhere.example.org/);
  });

  test("for browsers alone: they get it by name, endpoints go on with Holdfast's own", async () => {
    const web = await files("web", ["console.example.org", "id.example.org"]);
    const server: HoldfastServer = await createServer({
      ...inMemoryConfig,
      tls: { kind: "own", web },
      console: { listen: null, url: "https://console.example.org", files: null },
    });
    const started = await server.start();
    const own = await presented(started.url);
    const forBrowsers = await presented(started.url, "console.example.org");
    expect(own.subject.O).toBe("Holdfast");
    expect(own.subjectaltname).not.toContain("console.example.org");
    expect(forBrowsers.fingerprint256).not.toBe(own.fingerprint256);
    expect(forBrowsers.subjectaltname).toContain("console.example.org");
    expect((await presented(started.url, "localhost")).fingerprint256).toBe(own.fingerprint256);
    await server.stop();
  });
});

function presented(url: string, servername?: string) {
  return new Promise<ReturnType<TLSSocket["getPeerCertificate"]>>((resolve, reject) => {
    const asked = request(
      `${url.replace("127.0.0.1", "localhost")}/healthz`,
      { rejectUnauthorized: false, agent: false, ...(servername === undefined ? {} : { servername }) },
      (answer) => {
        resolve((answer.socket as TLSSocket).getPeerCertificate());
        answer.resume();
      },
    );
    asked.once("error", reject);
    asked.end();
  });
}
