import type { FastifyReply, FastifyRequest } from "fastify";
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from "prom-client";

export type Metrics = {
  answered(request: FastifyRequest, reply: FastifyReply): void;
  signIn(outcome: string): void;
  text(): Promise<string>;
  readonly contentType: string;
};

/** What Prometheus reads at /metrics. Labels are routes and outcomes, never names of people. */
export function createMetrics(gauges: { passwordQueue(): number; streams(): number }): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const requests = new Counter({
    name: "holdfast_http_requests_total",
    help: "Answers by route and status",
    labelNames: ["route", "method", "status"],
    registers: [registry],
  });
  const durations = new Histogram({
    name: "holdfast_http_request_seconds",
    help: "Time to the answer",
    labelNames: ["route"],
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5],
    registers: [registry],
  });
  const signIns = new Counter({
    name: "holdfast_sign_ins_total",
    help: "Sign-in verdicts by outcome or reason",
    labelNames: ["outcome"],
    registers: [registry],
  });
  new Gauge({
    name: "holdfast_password_queue",
    help: "Requests that hold a place in the Argon2id queue",
    registers: [registry],
    collect() {
      this.set(gauges.passwordQueue());
    },
  });
  new Gauge({
    name: "holdfast_endpoint_streams",
    help: "Open event streams of endpoints",
    registers: [registry],
    collect() {
      this.set(gauges.streams());
    },
  });
  // Looking up a series by its labels costs more than counting in it.
  const series = new Map<string, { count: Counter.Internal; time: Histogram.Internal<"route"> }>();
  const seriesOf = (route: string, method: string, status: number) => {
    const name = `${method} ${status} ${route}`;
    let found = series.get(name);
    if (!found) {
      found = { count: requests.labels(route, method, String(status)), time: durations.labels(route) };
      series.set(name, found);
    }
    return found;
  };
  return {
    answered(request, reply) {
      const { count, time } = seriesOf(
        request.routeOptions.url ?? "unknown",
        request.method,
        reply.statusCode,
      );
      count.inc();
      time.observe(reply.elapsedTime / 1000);
    },
    signIn: (outcome) => signIns.inc({ outcome }),
    text: () => registry.metrics(),
    contentType: registry.contentType,
  };
}
