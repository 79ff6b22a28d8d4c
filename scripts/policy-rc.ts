import { chmodSync, existsSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";

const marker = "# written by Holdfast's npm test for the time of one installation";
const debianPolicyFile = "/usr/sbin/policy-rc.d";

/**
 * Runs `action` while Debian's policy-rc.d forbids every service start (invoke-rc.d(8): exit status 101), then
 * puts back whatever was there. Signals that end the run put it back as well; what a kill -9 left behind is
 * put back at the next call.
 */
export async function withoutServiceStarts<T>(
  action: () => Promise<T>,
  policyFile: string = debianPolicyFile,
): Promise<T> {
  const saved = `${policyFile}.before-holdfast`;
  restorePolicy(policyFile, saved);
  if (existsSync(policyFile)) renameSync(policyFile, saved);
  writeFileSync(policyFile, `#!/bin/sh\n${marker}\nexit 101\n`, { flag: "wx" });
  chmodSync(policyFile, 0o755);
  const restoreAndEnd = (signal: NodeJS.Signals) => {
    restorePolicy(policyFile, saved);
    process.exit(signal === "SIGINT" ? 130 : 143);
  };
  process.on("SIGINT", restoreAndEnd);
  process.on("SIGTERM", restoreAndEnd);
  try {
    return await action();
  } finally {
    process.off("SIGINT", restoreAndEnd);
    process.off("SIGTERM", restoreAndEnd);
    restorePolicy(policyFile, saved);
  }
}

/** Removes only a file that carries our marker: somebody else's policy is not ours to delete. */
function restorePolicy(policyFile: string, saved: string): void {
  if (existsSync(policyFile) && readFileSync(policyFile, "utf8").includes(marker)) rmSync(policyFile);
  if (existsSync(saved) && !existsSync(policyFile)) renameSync(saved, policyFile);
}
