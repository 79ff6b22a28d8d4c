import { queryClient } from "@holdfast/web-calls/calls";
import { useQuery } from "@tanstack/react-query";

/** What the sign-in said is to be done soon; until the page is loaded anew. */
export type Due = {
  /** Sign-ins in which a second factor may be put off, this one among them (TC-46); null: there is one. */
  readonly signInsLeft: number | null;
  /** The PIN was right and has expired. */
  readonly renewPin: boolean;
};

const key = ["due"];
const nothing: Due = { signInsLeft: null, renewPin: false };

export function rememberDue(due: Due): void {
  queryClient.setQueryData(key, due);
}

export function useDue(): Due {
  return (
    useQuery({ queryKey: key, queryFn: () => nothing, staleTime: Number.POSITIVE_INFINITY }).data ?? nothing
  );
}
