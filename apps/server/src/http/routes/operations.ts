import { healthAnswer, readinessAnswer } from "@holdfast/protocol/admin-answers";
import { ok, refused } from "../../app/outcome.ts";
import type { AppPorts } from "../../app/ports.ts";
import { checkStore } from "../../app/storage-fault.ts";
import type { Metrics } from "../../operations/metrics.ts";
import type { Route } from "../route.ts";
import { administrator, alreadySent, route } from "../route.ts";

/** What runs beside the API: health and metrics. */
export function operationsRoutes(
  ports: AppPorts,
  metrics: Metrics,
  stopping: () => boolean,
  certificateEnd: () => number | null,
): Route[] {
  return [
    route(
      "GET",
      "/healthz",
      { by: "anybody" },
      { summary: "Whether the process answers", answer: healthAnswer },
      async () => ok({ status: "ok" }),
    ),
    route(
      "GET",
      "/readyz",
      { by: "anybody" },
      { summary: "Whether the server can serve", answer: readinessAnswer },
      async () => {
        if (stopping())
          return refused("storage-unavailable", "The server is stopping.", { retryAfterSeconds: 5 });
        await checkStore(ports);
        const { id: serverId, site } = ports.server;
        return ok({ status: "ready", serverId, site, certificateNotAfterMs: certificateEnd() });
      },
    ),
    route(
      "GET",
      "/metrics",
      administrator("properties.read"),
      { summary: "Metrics for Prometheus", answer: null, contentType: metrics.contentType },
      async ({ reply }) => {
        await reply.header("content-type", metrics.contentType).send(await metrics.text());
        return alreadySent;
      },
    ),
  ];
}
