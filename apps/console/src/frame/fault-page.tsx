import { PageHeader } from "@holdfast/ui/page";
import { EmptyState } from "@holdfast/ui/states";
import { FaultState } from "@holdfast/web-calls/fault-state.tsx";
import { Button } from "@mantine/core";
import { type ErrorComponentProps, Link } from "@tanstack/react-router";

/** Instead of a page that could not be shown. */
export function FaultPage({ error, reset }: ErrorComponentProps) {
  return <FaultState error={error} onRetry={reset} elsewhere={elsewhere} />;
}

const elsewhere = "If that does not help, everything here can be done with holdfast admin, too.";

export function NotFoundPage() {
  return (
    <>
      <PageHeader title="No such page" />
      <EmptyState
        title="There is nothing at this address."
        action={
          <Button component={Link} to="/">
            Go to the dashboard
          </Button>
        }
      />
    </>
  );
}
