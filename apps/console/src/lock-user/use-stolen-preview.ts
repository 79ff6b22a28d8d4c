import type { Schema } from "@holdfast/api-client/client";
import { api, useRead } from "@holdfast/web-calls/calls";

/** What to know before these enrolments are deleted; of none, how things stand. */
export function useStolenPreview(userId: string, authenticatorIds: readonly string[], enabled = true) {
  return useRead(
    ["stolen-preview", userId, ...authenticatorIds],
    "say what follows from it",
    () =>
      api.GET("/api/v1/users/{id}/stolen-device", {
        params: { path: { id: userId }, query: { authenticatorIds: authenticatorIds.join(",") } },
      }),
    { enabled },
  );
}

/** TC-45: the person could sign in by the password alone, and put enrolling off. */
export function warnsOfPasswordOnly(preview: Schema<"StolenDevicePreview"> | undefined): boolean {
  return preview?.cautions.some(({ code }) => code === "password-only") ?? false;
}
