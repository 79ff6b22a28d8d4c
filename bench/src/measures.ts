import type { Measure } from "./measure.ts";
import { agentFootprint } from "./measures/agent-footprint.ts";
import { authenticatorApp, authenticatorScan } from "./measures/authenticator-app.ts";
import { blackHole } from "./measures/black-hole.ts";
import { codeStepsPostgres, codeStepsSqlite } from "./measures/code-steps.ts";
import { consoleLoad } from "./measures/console-load.ts";
import { consolePagesPostgres, consolePagesSqlite } from "./measures/console-pages.ts";
import { manyUsers } from "./measures/many-users.ts";
import { offlineSignIn } from "./measures/offline-sign-in.ts";
import { pamRefusal } from "./measures/pam-refusal.ts";
import { phoneStreams } from "./measures/phone-streams.ts";
import { pushRequests } from "./measures/push-requests.ts";
import { radiusSignIn } from "./measures/radius.ts";
import { sealing } from "./measures/sealing.ts";
import { serverFootprint } from "./measures/server-footprint.ts";
import { simulation } from "./measures/simulation.ts";
import { temporaryCodeTiming } from "./measures/temporary-code-timing.ts";

/** In the order of the table. */
export const measures: readonly Measure[] = [
  pamRefusal,
  offlineSignIn,
  blackHole,
  codeStepsSqlite,
  codeStepsPostgres,
  sealing,
  temporaryCodeTiming,
  radiusSignIn,
  agentFootprint,
  manyUsers,
  serverFootprint,
  phoneStreams,
  pushRequests,
  consoleLoad,
  authenticatorApp,
  authenticatorScan,
  consolePagesSqlite,
  consolePagesPostgres,
  simulation,
];
