#!/usr/bin/env node
import about from "../package.json" with { type: "json" };
import { commandTree } from "./commands.ts";
import { exitCodes } from "./frame/exit-codes.ts";
import { runCommandLine } from "./frame/run.ts";
import { terminalPorts } from "./frame/terminal-ports.ts";

const ports = terminalPorts();

// A reader that has enough (`holdfast … | head`) ends the output, not the program.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  process.exit(error.code === "EPIPE" ? exitCodes.done.status : exitCodes.fault.status);
});

const argv = process.argv.slice(2);
try {
  if (argv.length === 1 && argv[0] === "--version") ports.stdout.write(`holdfast ${about.version}\n`);
  else process.exitCode = await runCommandLine(commandTree, argv, ports);
} catch (fault) {
  ports.stderr.write(
    `holdfast: a fault in this program. ${fault instanceof Error ? fault.stack : String(fault)}\n`,
  );
  process.exitCode = exitCodes.fault.status;
}
