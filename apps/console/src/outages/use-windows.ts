import { backgroundApi, useRead } from "@holdfast/web-calls/calls";

/** All announced outages, newest first. */
export function useWindows() {
  return useRead(
    ["windows"],
    "list the planned outages",
    () => backgroundApi.GET("/api/v1/maintenance-windows", { params: { query: { limit: 500 } } }),
    { refetchEveryMs: 30_000 },
  );
}
