import { Panel } from "@holdfast/ui/page";
import { RelativeTime } from "@holdfast/ui/relative-time";
import { Link } from "@tanstack/react-router";
import { useWindows } from "./use-windows.ts";

/** The outage that comes next, or how to announce one. */
export function NextOutage() {
  const { data } = useWindows();
  const next = data?.items
    .filter(({ state }) => state === "planned" || state === "under-way")
    .toSorted((one, other) => one.fromMs - other.fromMs)[0];
  return (
    <Panel title="Planned outages" lead="Announce maintenance before it begins, and watch readiness climb.">
      {next === undefined ? (
        <p>
          None is planned. <Link to="/outages">Plan one</Link>
        </p>
      ) : (
        <p>
          <Link to="/outages/$windowId" params={{ windowId: next.id }}>
            {next.name}
          </Link>
          {next.state === "planned" ? ", begins " : ", began "}
          <RelativeTime atMs={next.fromMs} />
        </p>
      )}
    </Panel>
  );
}
