import type { ProblemText } from "@holdfast/ui/states";
import { api, call, problemOf } from "@holdfast/web-calls/calls";
import { useRef, useState } from "react";
import type { ChosenUser } from "../account-management/chosen-users.ts";

export type Filters = {
  readonly prefix?: string;
  readonly policyId?: string;
  readonly status?: "active" | "disabled";
};
type Selected = ReadonlyMap<string, ChosenUser>;

type Page = { readonly items: readonly ChosenUser[]; readonly next: string | null };

/** The API tells no more at once. */
const usersAtOnce = 500;

function read(filters: Filters, after: string | null): Promise<Page> {
  const query = { limit: usersAtOnce, ...filters, ...(after === null ? {} : { after }) };
  return call("list all users that match", () => api.GET("/api/v1/users", { params: { query } }));
}

/** Selects everybody that the filters find, over all pages of the list (REG-24). */
export function useSelectAll(filters: Filters, onSelected: (selected: Selected) => void) {
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<ProblemText | null>(null);
  const [whole, setWhole] = useState<Selected | null>(null);
  // What was asked for under other filters is not what is on the screen.
  const asked = useRef("");
  const shown = JSON.stringify(filters);
  const latest = useRef(shown);
  latest.current = shown;

  async function select(): Promise<void> {
    setBusy(true);
    setProblem(null);
    asked.current = shown;
    const found = new Map<string, ChosenUser>();
    try {
      let after: string | null = null;
      do {
        const page: Page = await read(filters, after);
        for (const { id, userName } of page.items) found.set(id, { id, userName });
        after = page.next;
      } while (after !== null && latest.current === asked.current);
      if (latest.current !== asked.current) return;
      setWhole(found);
      onSelected(found);
    } catch (error) {
      setProblem(problemOf(error));
    } finally {
      setBusy(false);
    }
  }
  return { busy, problem, select, isWhole: (selected: Selected) => selected === whole };
}
