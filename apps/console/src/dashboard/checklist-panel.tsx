import { Panel } from "@holdfast/ui/page";
import { StateBadge } from "@holdfast/ui/state-badge";
import { api, useRead } from "@holdfast/web-calls/calls";
import { Link, type LinkProps } from "@tanstack/react-router";
import { useCan } from "../frame/session.ts";
import classes from "./dashboard.module.css";

/** Where each step of the setup is done. */
const places: Readonly<Record<string, { readonly to: NonNullable<LinkProps["to"]>; readonly text: string }>> =
  {
    people: { to: "/users", text: "Go to users" },
    "offline-policy": { to: "/policies", text: "Go to user policies" },
    tokens: { to: "/users", text: "Go to users" },
    endpoint: { to: "/endpoints/enrol", text: "Enrol an endpoint" },
    "first-sign-in": { to: "/endpoints", text: "Go to endpoints" },
    "first-offline-right": { to: "/endpoints", text: "Go to endpoints" },
    "second-superadministrator": { to: "/roles", text: "Go to roles" },
    backup: { to: "/keys", text: "Go to keys and backup" },
  };

/**
 * MDA-32: what a new enterprise needs, in order. It stands over everything while something needed is open, below
 * everything while only advice is, and goes when all is done.
 */
export function ChecklistPanel({ place }: { readonly place: "top" | "bottom" }) {
  const can = useCan();
  const { data } = useRead(["checklist"], "read the checklist", () => api.GET("/api/v1/setup-checklist"), {
    enabled: can("properties.read"),
  });
  if (data === undefined || data.items.every(({ done }) => done)) return null;
  const isNeeded = data.items.some(({ done, optional }) => !done && !optional);
  if (isNeeded !== (place === "top")) return null;
  const done = data.items.filter((item) => item.done).length;
  const next = data.items.find((item) => !item.done && item.waitsFor === null);
  return (
    <Panel
      title="Setting up"
      lead={
        isNeeded
          ? `${done} of ${data.items.length} steps are done. After the last, people go on signing in without the network.`
          : "What is needed is done. This is advised besides."
      }
    >
      <ol className={classes.checklist}>
        {data.items.map((item) => {
          if (!isNeeded && item.done) return null;
          const page = places[item.code];
          const first = data.items.find(({ code }) => code === item.waitsFor)?.title;
          return (
            <li key={item.code} aria-current={item === next ? "step" : undefined}>
              <div>
                <p className={classes.step}>
                  {item.title}{" "}
                  {item.optional && !item.done && <span className={classes.optional}>(advised)</span>}
                </p>
                {!item.done && (
                  <p className={classes.next}>{first === undefined ? item.detail : `First: ${first}.`}</p>
                )}
              </div>
              {item.done ? (
                <StateBadge tone="good">Done</StateBadge>
              ) : item.waitsFor !== null ? (
                <StateBadge tone="quiet">Later</StateBadge>
              ) : (
                page !== undefined && <Link to={page.to}>{page.text}</Link>
              )}
            </li>
          );
        })}
      </ol>
    </Panel>
  );
}
