import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { runOk } from "../../rig/process.ts";
import { type TemporaryDirectory, temporaryDirectory } from "../../rig/temporary-directory.ts";

/** PEM of a certificate and its key, and the files they lie in. */
export interface IssuedCertificate {
  readonly certificate: string;
  readonly key: string;
  /** Certificate and authority, in this order. */
  readonly chainPath: string;
  readonly keyPath: string;
}

/** An authority outside of Holdfast, for a server with `tls.mode = "given"` and for proxies that it vouches for too. */
export interface TestAuthority extends AsyncDisposable {
  readonly certificate: string;
  issue(name: string, names: readonly string[]): Promise<IssuedCertificate>;
}

const curve = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"];

export async function createAuthority(): Promise<TestAuthority> {
  const directory: TemporaryDirectory = await temporaryDirectory("authority");
  const file = (name: string) => join(directory.path, name);
  await runOk("openssl", [
    ...["req", "-x509", ...curve, "-days", "30", "-subj", "/CN=test authority"],
    ...["-addext", "basicConstraints=critical,CA:TRUE", "-addext", "keyUsage=critical,keyCertSign"],
    ...["-keyout", file("ca.key"), "-out", file("ca.pem")],
  ]);
  const authority = await readFile(file("ca.pem"), "utf8");
  return {
    certificate: authority,
    async issue(name, names) {
      const alternatives = names.map((one) => (/^[\d.]+$/.test(one) ? `IP:${one}` : `DNS:${one}`));
      const extensions = `subjectAltName=${alternatives.join(",")}\nextendedKeyUsage=serverAuth\n`;
      await writeFile(file(`${name}.ext`), extensions);
      const request = ["-keyout", file(`${name}.key`), "-out", file(`${name}.csr`)];
      await runOk("openssl", ["req", "-new", ...curve, "-subj", `/CN=${name}`, ...request]);
      await runOk("openssl", [
        ...["x509", "-req", "-days", "30", "-in", file(`${name}.csr`), "-extfile", file(`${name}.ext`)],
        ...["-CA", file("ca.pem"), "-CAkey", file("ca.key"), "-CAcreateserial", "-out", file(`${name}.pem`)],
      ]);
      const certificate = await readFile(file(`${name}.pem`), "utf8");
      await writeFile(file(`${name}.chain.pem`), certificate + authority);
      return {
        certificate: certificate + authority,
        key: await readFile(file(`${name}.key`), "utf8"),
        chainPath: file(`${name}.chain.pem`),
        keyPath: file(`${name}.key`),
      };
    },
    [Symbol.asyncDispose]: () => directory[Symbol.asyncDispose](),
  };
}
