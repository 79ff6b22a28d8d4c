import { type ApiClient, createApiClient } from "@holdfast/api-client/client";
import { ApiFailure, answerOf, type Explanation } from "@holdfast/api-client/problems";
import { QueryClient, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";

/** The one client of this app: every page calls the public API, by its types. */
export const api: ApiClient = createApiClient();

/** For what a page asks by itself, again and again: it does not keep an idle session alive. */
export const backgroundApi: ApiClient = createApiClient({
  fetch: (request) => {
    request.headers.set("holdfast-background", "1");
    return fetch(request);
  },
});

/** A call that was made by the client and is not looked at yet. */
export type Call<T> = Parameters<typeof answerOf<T>>[1];

/** Shows the dialog of a fresh sign-in; true once the person has proven himself. Set by fresh-gate.tsx. */
type FreshGate = () => Promise<boolean>;
let freshGate: FreshGate = () => Promise.resolve(false);
export function setFreshGate(gate: FreshGate): void {
  freshGate = gate;
}

/**
 * The answer of a call, or an `ApiFailure`. Where the server wants a fresh sign-in first, asks for it and calls again.
 * `doing` completes "The server did not …".
 */
export async function call<T>(doing: string, make: () => Call<T>): Promise<T> {
  try {
    return await answerOf(doing, make());
  } catch (error) {
    if (!(error instanceof ApiFailure) || error.explanation.code !== "fresh-sign-in-required") throw error;
    if (!(await freshGate())) throw error;
    return answerOf(doing, make());
  }
}

export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      // Refusals stay what they are; the client has sent a lost request twice already.
      retry: false,
      staleTime: 5_000,
      // Whether our server answers is found out by asking it: a browser without the internet may well reach it.
      networkMode: "always",
    },
    mutations: { networkMode: "always" },
  },
});

/** What a page reads. `key` names it among everything that was read; see `useAct` for when it is read again. */
export function useRead<T>(
  key: readonly unknown[],
  doing: string,
  make: () => Call<T>,
  options: ReadOptions = {},
) {
  const { enabled = true, refetchEveryMs, staleMs } = options;
  const query = useQuery({
    queryKey: key,
    queryFn: () => call(doing, make),
    enabled,
    ...(refetchEveryMs === undefined ? {} : { refetchInterval: refetchEveryMs }),
    ...(staleMs === undefined ? {} : { staleTime: staleMs }),
  });
  return {
    data: query.data,
    problem: query.error === null ? null : problemOf(query.error),
    retry: () => void query.refetch(),
    isStale: query.isFetching && query.data !== undefined,
  };
}

type ReadOptions = {
  readonly enabled?: boolean;
  /** For what changes by itself; make the call with `backgroundApi`. */
  readonly refetchEveryMs?: number;
  /** How long what was read may be shown without asking again. */
  readonly staleMs?: number;
};

/**
 * Something to do. Resolves to what went wrong, or null; afterwards everything on screen is read again, so that no page
 * shows what was true before.
 */
export function useAct() {
  const client = useQueryClient();
  const mutation = useMutation({ mutationFn: (act: () => Promise<void>) => act() });
  return {
    busy: mutation.isPending,
    act: async <T>(
      doing: string,
      make: () => Call<T>,
      done?: (answer: T) => void,
    ): Promise<Explanation | null> => {
      let problem: Explanation | null = null;
      await mutation.mutateAsync(async () => {
        try {
          const answer = await call(doing, make);
          done?.(answer);
        } catch (error) {
          problem = problemOf(error);
        }
      });
      await client.invalidateQueries();
      return problem;
    },
  };
}

/** What to tell about anything that was thrown. Faults of this page itself go on to its error boundary. */
export function problemOf(error: unknown): Explanation {
  if (error instanceof ApiFailure) return error.explanation;
  throw error;
}
