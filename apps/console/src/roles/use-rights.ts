import { api, useRead } from "@holdfast/web-calls/calls";

/** Every right, in the sections and words that the server gives them. */
export function useRightSections() {
  return useRead(["rights"], "list the rights", () => api.GET("/api/v1/rights"), {
    staleMs: Number.POSITIVE_INFINITY,
  });
}
