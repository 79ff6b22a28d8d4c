import { Panel } from "@holdfast/ui/page";
import { backgroundApi, useRead } from "@holdfast/web-calls/calls";
import { Button } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import classes from "./orders.module.css";

const everyMs = 15_000;

/** Orders that wait for one's signature; nothing where none do, as for most people ever. */
export function WaitingOrders() {
  const { data } = useRead(
    ["me", "signings"],
    "list your orders",
    () => backgroundApi.GET("/api/v1/me/signings"),
    { refetchEveryMs: everyMs },
  );
  if (data === undefined || data.items.length === 0) return null;
  return (
    <Panel title="Orders to sign">
      <ul className={classes.waiting} aria-label="Orders to sign">
        {data.items.map(({ id, documentTitle, applicationName }) => (
          <li key={id} className={classes.order}>
            <span>
              <strong>{documentTitle}</strong>, asked by {applicationName}
            </span>
            <Button component={Link} to={`/sign/${id}`} variant="default" size="md">
              Read and sign
            </Button>
          </li>
        ))}
      </ul>
    </Panel>
  );
}
