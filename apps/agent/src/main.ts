import { systemClocks } from "@holdfast/offline-store/node/clocks";
import { helpText } from "@holdfast/options/describe";
import { loadOptions } from "@holdfast/options/load";
import { type AgentConfig, createAgent } from "./agent.ts";
import { type AgentOptions, agentOptions } from "./options.ts";
import { argon2id } from "./system/argon2id.ts";
import { lockSessionsByLogind } from "./system/lock-sessions.ts";
import { createLog } from "./system/log.ts";
import { agentVersion } from "./version.ts";

const usage = {
  command: "holdfast-agent",
  usage: "[OPTIONS]",
  summary:
    "Signs people in on this computer, at the server or, where it cannot be reached, with what is kept here. Runs as root until it is ended by SIGTERM. Exit status: 0 ended, 1 could not start, 2 wrong options.",
};

await main();

async function main(): Promise<void> {
  const argv = process.argv.slice(2);
  if (argv.includes("--help")) return void process.stdout.write(helpText(agentOptions, usage));
  if (argv.includes("--version")) return void process.stdout.write(`${agentVersion}\n`);
  const read = loadOptions(agentOptions, { argv, env: process.env }, "config");
  if (read.kind === "refused" || read.positionals.length > 0) {
    const problems =
      read.kind === "refused" ? read.problems.map(({ message }) => message) : ["it takes no words"];
    for (const problem of problems) process.stderr.write(`holdfast-agent: ${problem}\n`);
    process.stderr.write("holdfast-agent --help lists the options.\n");
    process.exitCode = 2;
    return;
  }
  await run(read.values);
}

async function run(options: AgentOptions): Promise<void> {
  const log = createLog(options.logLevel);
  try {
    const agent = await createAgent(configOf(options), {
      log,
      clocks: systemClocks(),
      kdf: argon2id,
      lockSessions: lockSessionsByLogind,
    });
    for (const signal of ["SIGTERM", "SIGINT"] as const) {
      process.once(signal, () => {
        log.info({ signal }, "stopping");
        agent.stop().then(
          () => process.exit(0),
          (error: unknown) => {
            log.error({ err: error }, "did not stop cleanly");
            process.exit(1);
          },
        );
      });
    }
    await agent.start();
    log.info(
      {
        event: "ready",
        version: agentVersion,
        pamSocket: agent.pamSocketPath,
        controlSocket: agent.controlSocketPath,
        enrolled: agent.endpoint !== null,
        ...(options.lastEvent === null ? {} : { lastEvent: options.lastEvent }),
      },
      "ready",
    );
  } catch (error) {
    log.fatal({ err: error }, "could not start");
    process.exit(1);
  }
}

function configOf(options: AgentOptions): AgentConfig {
  return {
    stateDirectory: options.stateDirectory,
    runDirectory: options.runDirectory,
    offline: {
      offlineEnabled: options.offlineEnabled,
      offlineMaxAgeSeconds: options.offlineMaxAgeSeconds,
      maxSignIns: options.offlineMaxSignIns,
    },
    accounts: {
      minimumUid: options.pamMinimumUid,
      allowedSystemAccounts: options.pamAllowedSystemAccounts,
    },
    profile: options.profile === "wlm" ? { name: "wlm" } : { name: "pam", buffer: options.pamBuffer },
    contactIntervalMs: options.contactIntervalSeconds * 1000,
    contactSpreadMs: options.contactSpreadSeconds * 1000,
  };
}
