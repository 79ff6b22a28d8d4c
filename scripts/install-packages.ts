// `node scripts/install-packages.ts NAME…`: installs those of `npm test`'s Debian packages that are missing, for the
// benchmarks. Exit status 0: all are there; 1: they are not, and stdout says why and what to do.
import { debianPackages } from "./debian-packages.ts";
import { ensureDebianPackages } from "./system-packages.ts";

const names = process.argv.slice(2);
const wanted = debianPackages.filter(({ name }) => names.includes(name));
const unknown = names.filter((name) => !wanted.some((known) => known.name === name));
if (unknown.length > 0) throw new Error(`not in scripts/debian-packages.ts: ${unknown.join(", ")}`);

const outcome = await ensureDebianPackages(wanted, (line) => process.stderr.write(`${line}\n`));
if (outcome.kind !== "present") {
  process.stdout.write(`${outcome.kind === "missing" ? outcome.advice : outcome.problem}\n`);
  process.exitCode = 1;
}
