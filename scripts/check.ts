// `npm run check`: every check, or those named: `npm run check -- types lint`.
import { checks, runCheck } from "./checks.ts";

const names = process.argv.slice(2);
const unknown = names.filter((name) => !checks.some((check) => check.name === name));
if (unknown.length > 0) {
  process.stderr.write(
    `No check is called ${unknown.join(", ")}. There are: ${checks.map((check) => check.name).join(", ")}.\n`,
  );
  process.exit(2);
}
let failed = false;
for (const check of checks) {
  if (names.length > 0 && !names.includes(check.name)) continue;
  if ((await runCheck(check)).kind === "failed") failed = true;
}
process.exitCode = failed ? 1 : 0;
