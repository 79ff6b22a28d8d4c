import { Panel } from "@holdfast/ui/page";
import { StateBadge } from "@holdfast/ui/state-badge";
import { Link, type LinkProps } from "@tanstack/react-router";
import { api, useRead } from "../api.ts";
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
  };

/** MDA-32: what a new enterprise needs, in order; gone when everything is done. */
export function ChecklistPanel() {
  const can = useCan();
  const { data } = useRead(["checklist"], "read the checklist", () => api.GET("/api/v1/setup-checklist"), {
    enabled: can("properties.read"),
  });
  if (data === undefined || data.items.every(({ done }) => done)) return null;
  const done = data.items.filter((item) => item.done).length;
  const next = data.items.find((item) => !item.done && item.waitsFor === null);
  return (
    <Panel
      title="Setting up"
      lead={`${done} of ${data.items.length} steps are done. When all are, people go on signing in without the network, and this list goes.`}
    >
      <ol className={classes.checklist}>
        {data.items.map((item) => {
          const place = places[item.code];
          return (
            <li key={item.code} aria-current={item === next ? "step" : undefined}>
              <div>
                <p className={classes.step}>
                  {item.title}{" "}
                  {item.optional && !item.done && <span className={classes.optional}>(advised)</span>}
                </p>
                {!item.done && <p className={classes.next}>{item.waitsFor ?? item.detail}</p>}
              </div>
              {item.done ? (
                <StateBadge tone="good">Done</StateBadge>
              ) : item.waitsFor !== null ? (
                <StateBadge tone="quiet">Later</StateBadge>
              ) : (
                place !== undefined && <Link to={place.to}>{place.text}</Link>
              )}
            </li>
          );
        })}
      </ol>
    </Panel>
  );
}
