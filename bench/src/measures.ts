import type { Measure } from "./measure.ts";
import { codeStepsPostgres, codeStepsSqlite } from "./measures/code-steps.ts";
import { manyUsers } from "./measures/many-users.ts";
import { offlineSignIn } from "./measures/offline-sign-in.ts";
import { pamRefusal } from "./measures/pam-refusal.ts";

/** In the order of the table. */
export const measures: readonly Measure[] = [
  pamRefusal,
  offlineSignIn,
  codeStepsSqlite,
  codeStepsPostgres,
  manyUsers,
];
