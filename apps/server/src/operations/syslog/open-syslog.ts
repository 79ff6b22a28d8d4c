import { readFile } from "node:fs/promises";
import { hostname } from "node:os";
import type { Logger } from "pino";
import type { SyslogConfig } from "../../config.ts";
import { UnsafeStart } from "../unsafe-start.ts";
import { createSyslogForwarder, type SyslogForwarder } from "./forwarder.ts";

/** Null where no collector was named. */
export async function openSyslog(
  config: SyslogConfig | null,
  serverId: string,
  log: Logger,
): Promise<SyslogForwarder | null> {
  if (config === null) return null;
  const { host, port, tls, authorityPath } = config;
  const authorities = authorityPath === null ? null : await authoritiesIn(authorityPath);
  const target = { host, port, tls: tls ? { authorities } : null };
  return createSyslogForwarder(target, { hostName: hostname(), serverId }, log);
}

async function authoritiesIn(path: string): Promise<string> {
  const text = await readFile(path, "utf8").catch(() => "");
  if (!text.includes("BEGIN CERTIFICATE"))
    throw new UnsafeStart(`syslog_authority: ${path} has no certificate that could be read.`);
  return text;
}
