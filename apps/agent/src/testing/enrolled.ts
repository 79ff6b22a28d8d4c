import { signDocument } from "@holdfast/envelope/documents";
import { generateSigningKey, thumbprint } from "@holdfast/envelope/keys";
import { SimulatedDisk } from "@holdfast/offline-store/testing/simulated-disk";
import { Enterprise } from "../identity/enterprise.ts";

const root = await generateSigningKey();
const manifest = await signDocument(
  "manifest",
  {
    version: 1,
    number: 1,
    issuedAtMs: 1000,
    epoch: 1,
    bundleKeys: [{ kid: "bundle-key", key: root.publicKey, notBeforeMs: 0, notAfterMs: null }],
    authorityPins: ["A".repeat(43)],
  },
  { kid: await thumbprint(root.publicKey), privateKey: root.privateKey },
);

/** What an endpoint knows of its enterprise just after it was enrolled, on a disk of its own. */
export async function enrolled() {
  const disk = new SimulatedDisk(() => 0);
  await Enterprise.write(disk.files, {
    authorities: ["-"],
    manifest,
    servers: [],
    enrolledAt: "https://one.example.com",
    failoverBetweenSites: false,
    nonce: "nonce-of-enrolment",
    contactNumber: 0,
    lastContactMs: null,
    headSignature: null,
  });
  const read = () => Enterprise.read(disk.files, root.publicKey);
  return { disk, read, enterprise: await read() };
}
