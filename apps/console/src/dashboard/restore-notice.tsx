import { Callout } from "@holdfast/ui/state-badge";
import { api, useRead } from "@holdfast/web-calls/calls";
import { Link } from "@tanstack/react-router";
import { useCan } from "../frame/session.ts";

/** As long as something of a restore is open. */
export function RestoreNotice() {
  const can = useCan();
  const { data } = useRead(["restore-report"], "read the report", () => api.GET("/api/v1/restore-report"), {
    enabled: can("properties.read"),
  });
  const open = data?.items.filter(({ status }) => status === "open").length ?? 0;
  if (open === 0) return null;
  return (
    <Callout tone="caution" title="A backup was restored">
      {open === 1 ? "One finding waits" : `${open} findings wait`} for somebody to look into it.{" "}
      <Link to="/restore-report">See what was found</Link>
    </Callout>
  );
}
