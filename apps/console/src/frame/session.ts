import type { Schema } from "@holdfast/api-client/client";
import { ApiFailure } from "@holdfast/api-client/problems";
import { type QueryClient, useSuspenseQuery } from "@tanstack/react-query";
import { api, call } from "../api.ts";

export type Session = Schema<"SessionView">;
export type Right = Session["rights"][number];

const session = {
  queryKey: ["session"],
  queryFn: () => call("say who is signed in", () => api.GET("/api/v1/session")),
  staleTime: 60_000,
};

/** Who is signed in here; null: nobody is. */
export async function sessionOrNull(client: QueryClient): Promise<Session | null> {
  try {
    return await client.ensureQueryData(session);
  } catch (error) {
    if (error instanceof ApiFailure && error.explanation.code === "unauthenticated") return null;
    throw error;
  }
}

/** Within the frame somebody always is. */
export function useSession(): Session {
  return useSuspenseQuery(session).data;
}

/** Whether the role of who is signed in has a right: what he may not do is not offered. */
export function useCan(): (right: Right) => boolean {
  const { rights } = useSession();
  return (right) => rights.includes(right);
}
