import type { FastifyReply, FastifyRequest } from "fastify";
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from "prom-client";

export type Metrics = {
  answered(request: FastifyRequest, reply: FastifyReply): void;
  /** `seconds`: of the request that brought it; a step that asks for the next value is one, too. */
  signIn(outcome: string, seconds?: number): void;
  /** How long a commit of this kind took, until it was on disk. */
  committed(kind: "sign-in" | "transaction" | "audit", seconds: number, held: boolean): void;
  /** An SMS or e-mail, and whether a sender took it. */
  message(channel: string, outcome: string): void;
  text(): Promise<string>;
  readonly contentType: string;
};

/** What is looked up at each scrape. */
export type Gauges = {
  passwordQueue(): number;
  streams(): number;
  phoneStreams(): number;
  /** SMS and e-mail that nobody has begun to send. */
  messagesWaiting(): number;
  /** What browsers' push services made of wake-ups since the start. */
  webPush(): { readonly sent: number; readonly failed: number; readonly gone: number };
  certificates(): readonly { readonly use: string; readonly notAfterMs: number }[];
  /** Null: no collector was named. */
  readonly syslog:
    | (() => { readonly waiting: number; readonly lost: number; readonly connected: boolean })
    | null;
  /** From the store, and so of the whole enterprise: the same at every server. */
  enterprise(): Promise<{
    readonly endpoints: number;
    readonly connected: number;
    readonly sessions: Readonly<Record<string, number>>;
    readonly temporaryCodes: number;
    readonly pushRequests: number;
    readonly openAlerts: number;
    readonly epoch: number;
  }>;
  readonly server: { readonly id: string; readonly site: string; readonly version: string };
};

/** What Prometheus reads at /metrics. Labels are routes and outcomes, never names of people. */
export function createMetrics(gauges: Gauges): Metrics {
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
  const signInTimes = new Histogram({
    name: "holdfast_sign_in_seconds",
    help: "Time to the answer of a sign-in's step, by what it was: asking, succeeded or refused",
    labelNames: ["outcome"],
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
    registers: [registry],
  });
  const { syslog } = gauges;
  if (syslog !== null) {
    new Gauge({
      name: "holdfast_syslog_waiting",
      help: "Audit events that the collector has not been sent yet",
      registers: [registry],
      collect() {
        this.set(syslog().waiting);
      },
    });
    new Gauge({
      name: "holdfast_syslog_lost",
      help: "Audit events since the start that the collector will not get; the audit has them",
      registers: [registry],
      collect() {
        this.set(syslog().lost);
      },
    });
    new Gauge({
      name: "holdfast_syslog_up",
      help: "Whether the collector of the audit is connected",
      registers: [registry],
      collect() {
        this.set(syslog().connected ? 1 : 0);
      },
    });
  }
  new Gauge({
    name: "holdfast_web_push",
    help: "Wake-ups by web push since the start, by what the push service answered",
    labelNames: ["answer"],
    registers: [registry],
    collect() {
      for (const [answer, count] of Object.entries(gauges.webPush())) this.set({ answer }, count);
    },
  });
  const messages = new Counter({
    name: "holdfast_messages_total",
    help: "SMS and e-mail by whether the sender took them",
    labelNames: ["channel", "outcome"],
    registers: [registry],
  });
  new Gauge({
    name: "holdfast_messages_waiting",
    help: "SMS and e-mail that wait to be sent by this server",
    registers: [registry],
    collect() {
      this.set(gauges.messagesWaiting());
    },
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
  new Gauge({
    name: "holdfast_phone_streams",
    help: "Open streams of phones at this server",
    registers: [registry],
    collect() {
      this.set(gauges.phoneStreams());
    },
  });
  const commits = new Histogram({
    name: "holdfast_store_commit_seconds",
    help: "Time until a change is on disk, by kind; waiting for others' commits is part of it",
    labelNames: ["kind", "held"],
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5],
    registers: [registry],
  });
  new Gauge({
    name: "holdfast_certificate_not_after_timestamp_seconds",
    help: "When a certificate that this server presents ends",
    labelNames: ["use"],
    registers: [registry],
    collect() {
      for (const { use, notAfterMs } of gauges.certificates()) this.set({ use }, notAfterMs / 1000);
    },
  });
  const endpoints = new Gauge({
    name: "holdfast_endpoints",
    help: "Active endpoints of the enterprise, by whether an event stream of theirs is open at any server",
    labelNames: ["state"],
    registers: [registry],
  });
  const sessions = new Gauge({
    name: "holdfast_sessions",
    help: "Browsers' sessions that were not ended",
    labelNames: ["app"],
    registers: [registry],
  });
  const temporaryCodes = new Gauge({
    name: "holdfast_temporary_codes",
    help: "Temporary codes that have neither ended nor expired",
    registers: [registry],
  });
  const pushRequests = new Gauge({
    name: "holdfast_push_requests_waiting",
    help: "Sign-ins that wait for the answer of a phone",
    registers: [registry],
  });
  const alerts = new Gauge({
    name: "holdfast_alerts_open",
    help: "Alerts that nobody has closed",
    registers: [registry],
  });
  const epoch = new Gauge({
    name: "holdfast_epoch",
    help: "Rises when a backup was restored",
    registers: [registry],
  });
  const up = new Gauge({
    name: "holdfast_store_up",
    help: "Whether the store answered this scrape",
    registers: [registry],
  });
  const info = new Gauge({
    name: "holdfast_info",
    help: "This server",
    labelNames: ["server_id", "site", "version"],
    registers: [registry],
  });
  info.set({ server_id: gauges.server.id, site: gauges.server.site, version: gauges.server.version }, 1);

  /** A store that is away takes nothing else from the scrape: that is when somebody looks at it. */
  const lookUp = async () => {
    try {
      const now = await gauges.enterprise();
      endpoints.set({ state: "connected" }, now.connected);
      endpoints.set({ state: "away" }, Math.max(0, now.endpoints - now.connected));
      for (const [app, open] of Object.entries(now.sessions)) sessions.set({ app }, open);
      temporaryCodes.set(now.temporaryCodes);
      pushRequests.set(now.pushRequests);
      alerts.set(now.openAlerts);
      epoch.set(now.epoch);
      up.set(1);
    } catch {
      up.set(0);
    }
  };

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
    signIn(outcome, seconds) {
      signIns.inc({ outcome });
      if (seconds === undefined) return;
      const what = outcome === "asking" || outcome === "succeeded" ? outcome : "refused";
      signInTimes.observe({ outcome: what }, seconds);
    },
    message: (channel, outcome) => messages.inc({ channel, outcome }),
    committed: (kind, seconds, held) => commits.observe({ kind, held: String(held) }, seconds),
    async text() {
      await lookUp();
      return registry.metrics();
    },
    contentType: registry.contentType,
  };
}
