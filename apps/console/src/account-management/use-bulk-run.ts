import type { ProblemText } from "@holdfast/ui/states";
import { problemOf, queryClient } from "@holdfast/web-calls/calls";
import { useRef, useState } from "react";
import { type AccountChanges, change, type Failure } from "./account-changes.ts";
import type { ChosenUser } from "./chosen-users.ts";

export type BulkRun = {
  readonly phase: "running" | "stopping" | "stopped" | "interrupted" | "finished";
  readonly total: number;
  /** Of them failed: `failures`. */
  readonly done: number;
  readonly failures: readonly Failure[];
  readonly withoutPhone: number;
  /** Why it was interrupted. */
  readonly problem: ProblemText | null;
};

/** The API takes no more at once. */
const mostAtOnce = 100;

/** A request is the least that can be stopped in between: few enough to stop soon and to see it move. */
function atOnce(total: number): number {
  return Math.min(mostAtOnce, Math.max(5, Math.ceil(total / 20)));
}

/**
 * Changes many users, some at once. It can be stopped between two requests, so that of everybody is known whether he was
 * changed; and gone on with after that, or after the server was away.
 */
export function useBulkRun(changes: AccountChanges) {
  const [run, setRun] = useState<BulkRun | null>(null);
  const waiting = useRef<readonly ChosenUser[]>([]);
  const stopped = useRef(false);

  async function work(begun: BulkRun): Promise<void> {
    stopped.current = false;
    let now: BulkRun = { ...begun, phase: "running", problem: null };
    setRun(now);
    const size = atOnce(begun.total);
    while (waiting.current.length > 0) {
      if (stopped.current) return leave({ ...now, phase: "stopped" });
      const some = waiting.current.slice(0, size);
      try {
        const { failures, withoutPhone } = await change(some, changes);
        waiting.current = waiting.current.slice(some.length);
        now = {
          ...now,
          done: now.done + some.length,
          failures: [...now.failures, ...failures],
          withoutPhone: now.withoutPhone + withoutPhone,
        };
        setRun({ ...now, phase: stopped.current ? "stopping" : "running" });
      } catch (error) {
        const problem = problemOf(error);
        if (problem.retryAfterSeconds === null || stopped.current)
          return leave({ ...now, phase: "interrupted", problem });
        const wait = problem.retryAfterSeconds * 1_000;
        await new Promise((resolve) => setTimeout(resolve, wait));
      }
    }
    leave({ ...now, phase: "finished" });
  }
  function leave(last: BulkRun): void {
    setRun(last);
    void queryClient.invalidateQueries();
  }
  function start(users: readonly ChosenUser[]): void {
    waiting.current = users;
    void work({
      phase: "running",
      total: users.length,
      done: 0,
      failures: [],
      withoutPhone: 0,
      problem: null,
    });
  }
  return {
    run,
    start,
    /** After what is under way. */
    stop: () => {
      stopped.current = true;
      setRun((shown) => (shown?.phase === "running" ? { ...shown, phase: "stopping" } : shown));
    },
    goOn: () => {
      if (run !== null) void work(run);
    },
    /** Those that failed and nobody else. */
    retry: () => {
      if (run !== null) start(run.failures.map(({ user }) => user));
    },
  };
}
