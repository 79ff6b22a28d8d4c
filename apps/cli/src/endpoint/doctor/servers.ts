import { X509Certificate } from "node:crypto";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { pinnedAuthority, publicKeyPin } from "@holdfast/pinned-authority/public-key-pin";
import { type EnterpriseFile, enterpriseFile } from "@holdfast/protocol/agent-files";
import { commandLine } from "../../frame/shell-words.ts";
import { dateTime } from "../../output/time.ts";
import { connectionTo, lookAtServer } from "../../transport/pinned-https.ts";
import type { Finding } from "./finding.ts";
import { bad, good } from "./finding.ts";

const timeoutMs = 5000;
const soonMs = 7 * 86_400_000;

/** Walks the way to every server that the agent knows: name, connection, TLS, the pinned authority, an answer. */
export async function checkServers(stateDirectory: string, nowMs: number): Promise<readonly Finding[]> {
  const file = path.join(stateDirectory, "enterprise.json");
  let known: EnterpriseFile;
  try {
    known = enterpriseFile.parse(JSON.parse(await readFile(file, "utf8")));
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT" || code === "ENOTDIR") return [];
    const detail =
      code === "EACCES"
        ? `Only root may read ${file}.`
        : `${file} is damaged: the agent can trust no server by it.`;
    const next = code === "EACCES" ? "sudo holdfast doctor" : "journalctl -u holdfast-agent -n 50";
    return [bad(code === "EACCES" ? "info" : "error", "server", "Way to the servers", detail, next)];
  }
  const servers =
    known.servers.length > 0 ? known.servers : [{ url: known.enrolledAt, site: "of its enrolment" }];
  return Promise.all(servers.map(({ url, site }) => checkServer(url, site, known.authorities, nowMs)));
}

async function checkServer(
  url: string,
  site: string,
  authorities: readonly string[],
  nowMs: number,
): Promise<Finding> {
  const title = `Way to ${url} (site ${site})`;
  const presented = await lookAtServer(url, timeoutMs);
  if (presented.kind === "unreachable") {
    const { hostname } = new URL(url);
    const next = {
      name: commandLine("getent", "hosts", hostname),
      connection: `Check that the server runs: curl -k ${url}/healthz`,
      timeout: `Check network and firewalls: curl -k ${url}/healthz`,
      tls: `Look at what listens there: openssl s_client -connect ${new URL(url).host}`,
      pin: null,
      answer: null,
    }[presented.step];
    return bad("warning", `server-${presented.step}`, title, `Not reached: ${presented.why}.`, next);
  }
  const pins = authorities.map((pem) => publicKeyPin(new X509Certificate(pem)));
  if (pins.every((pin) => pinnedAuthority(presented.chain, pin) === null)) {
    const detail =
      "What answers there has no certificate of this enterprise's authority: another server, or a proxy in between that opens TLS. The agent does not speak to it.";
    return bad(
      "error",
      "server-pin",
      title,
      detail,
      `openssl s_client -showcerts -connect ${new URL(url).host}`,
    );
  }
  const connection = connectionTo(url, authorities);
  try {
    const answer = await connection.send({
      method: "GET",
      path: "/healthz",
      headers: {},
      body: null,
      timeoutMs,
    });
    if (answer.kind === "unreachable") {
      const next = /clock|valid|expired/.test(answer.why) ? "timedatectl status" : `curl -k ${url}/healthz`;
      return bad("error", `server-${answer.step}`, title, `Not usable: ${answer.why}.`, next);
    }
    if (answer.status !== 200) {
      return bad(
        "error",
        "server-answer",
        title,
        `It answers ${answer.status} to /healthz.`,
        "Look at the server's log.",
      );
    }
  } finally {
    connection.close();
  }
  const untilMs = Date.parse(presented.chain[0]?.validTo ?? "");
  if (untilMs - nowMs < soonMs) {
    const detail = `Its certificate ends ${dateTime(untilMs)}; the server renews it by itself when it is restarted.`;
    return bad("warning", "server-certificate", title, detail, "systemctl restart holdfast-server");
  }
  return good("server", title, "Name, connection, TLS, pinned authority and answer are right.");
}
