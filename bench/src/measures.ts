import type { Measure } from "./measure.ts";
import { codeStepsPostgres, codeStepsSqlite } from "./measures/code-steps.ts";
import { manyUsers } from "./measures/many-users.ts";

/** In the order of the table. */
export const measures: readonly Measure[] = [codeStepsSqlite, codeStepsPostgres, manyUsers];
