import { ApiFailure } from "@holdfast/api-client/problems";
import { PageHeader } from "@holdfast/ui/page";
import { EmptyState, ErrorState } from "@holdfast/ui/states";
import { Button } from "@mantine/core";
import { type ErrorComponentProps, Link } from "@tanstack/react-router";

/** Instead of a page that could not be shown: the server's words, or that the page itself has a fault. */
export function FaultPage({ error, reset }: ErrorComponentProps) {
  const problem =
    error instanceof ApiFailure
      ? error.explanation
      : {
          what: "This page has a fault.",
          why: `It stopped with: ${error instanceof Error ? error.message : String(error)}`,
          next: "Reload it. If that does not help, everything here can be done with holdfast admin, too.",
        };
  return <ErrorState problem={problem} onRetry={reset} />;
}

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
