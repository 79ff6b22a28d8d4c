import type { Schema } from "@holdfast/api-client/client";
import { ApiFailure } from "@holdfast/api-client/problems";
import { type QueryClient, useSuspenseQuery } from "@tanstack/react-query";
import { api, call } from "./calls.ts";

export type Session = Schema<"SessionView">;

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
