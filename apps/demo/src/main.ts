import { parseArgs } from "node:util";
import { Enterprise } from "./enterprise.ts";
import { showMessages } from "./messages.ts";
import { jsonScreen, type Screen, terminalScreen } from "./screen.ts";
import { walk } from "./walk.ts";

const help = `Usage: npm start -- [--exit] [--json]

Starts a Holdfast server with a small demo enterprise and one endpoint, plays the
outage walk, and stays up until Ctrl-C. Nothing outside a temporary directory is
touched, and everything listens on the loopback address only.

  --exit   end after the walk; status 0 only if every step held
  --json   one JSON object per step, nothing else
  --help   this page
`;

/** Enough to sign in a few times. */
const shownCodes = 4;

const { values } = parseArgs({
  options: { exit: { type: "boolean" }, json: { type: "boolean" }, help: { type: "boolean", short: "h" } },
});

if (values.help) process.stdout.write(help);
else
  process.exitCode = await demo(
    values.exit === true,
    values.json ? jsonScreen(process.stdout) : terminalScreen(process.stdout),
  );

async function demo(exitAfterWalk: boolean, screen: Screen): Promise<number> {
  const interrupted = new Promise<void>((resolve) => {
    for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => resolve());
  });
  const enterprise = await Enterprise.create();
  try {
    const played = play(enterprise, screen, !exitAfterWalk);
    const result = await Promise.race([played, interrupted.then(() => null)]);
    if (result === null) {
      // The walk is cut short; what it still complains about while everything is stopped is nobody's concern.
      played.catch(() => {});
      return 130;
    }
    if (!exitAfterWalk) await interrupted;
    return result ? 0 : 1;
  } catch (error) {
    process.stderr.write(
      `\nThe demo could not go on: ${error instanceof Error ? error.message : String(error)}\n`,
    );
    return 1;
  } finally {
    await enterprise.end();
  }
}

async function play(enterprise: Enterprise, screen: Screen, staysUp: boolean): Promise<boolean> {
  screen.opening();
  screen.note("starting a server, an endpoint and a nurse with a token …");
  await Promise.all([enterprise.startServer(), enterprise.startEndpoint()]);
  await enterprise.bootstrap();
  const alma = await enterprise.addAdministrator("alma", "Alma Admin");
  const nora = await enterprise.addNurse("nora");
  await enterprise.enrolEndpoint("ward-7");
  const startedMs = performance.now();
  const { held, of } = await walk(enterprise, nora, screen);
  screen.closing({ held, of, milliseconds: performance.now() - startedMs });
  if (staysUp) {
    const { console: consoleUrl, portal, authenticator } = enterprise.pages;
    // Identity proofing takes two administrators.
    const berta = await enterprise.addAdministrator("berta", "Berta Admin");
    const orderEntry = await enterprise.startOrderEntry();
    await showMessages(enterprise.api, screen);
    screen.card("Still running, until Ctrl-C", [
      ["console", `${consoleUrl}  for alma, the administrator`],
      ["alma's password", alma.password],
      ["alma's codes, once each", alma.recoveryCodes.slice(0, shownCodes).join("  ")],
      ["or for an authenticator app", alma.otpauthUri],
      ["portal", `${portal}  for nora, the nurse`],
      ["nora's password", nora.password],
      [
        "nora's codes, in this order",
        Array.from({ length: shownCodes }, () => nora.token.press()).join("  "),
      ],
      ["authenticator app", `${authenticator}  for nora's phone: here, in a window as narrow as one`],
      ["order entry", `${orderEntry}  an application that has nora sign; before that she adds`],
      ["", "a passkey at the portal, and alma and berta vouch for her (Identity proofing)"],
      ["berta's password", berta.password],
      ["berta's codes, once each", berta.recoveryCodes.slice(0, shownCodes).join("  ")],
      ["SMS and e-mail", "are caught, and shown here: nora adds a number or an address at the portal"],
      ["command line, in a shell", enterprise.commandLine[0] ?? ""],
      ["", enterprise.commandLine[1] ?? ""],
      ["API", enterprise.serverUrl],
      ["administrator's API key", enterprise.administratorKey],
      ["everything is in", enterprise.directory],
    ]);
  }
  return held === of;
}
