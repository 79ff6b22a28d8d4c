import { api, useRead } from "@holdfast/web-calls/calls";

/** Who one is, and what one may do for oneself. */
export function useProfile() {
  return useRead(["me"], "read your profile", () => api.GET("/api/v1/me"));
}
