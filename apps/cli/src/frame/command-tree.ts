import type { Declaration } from "@holdfast/options/declaration";
import type { AnyCommand, Group } from "./command.ts";

export type Tree = {
  readonly commands: readonly AnyCommand[];
  readonly groups: readonly Group[];
  /** What `holdfast` alone does before it lists the commands. */
  readonly overview: AnyCommand;
  /** Options that every `admin` command takes. */
  readonly administratorOptions: Declaration;
};
