import { ApiFailure } from "@holdfast/api-client/problems";
import { Centred } from "@holdfast/ui/centred";
import { ErrorState } from "@holdfast/ui/states";
import { Button } from "@mantine/core";
import { type ErrorComponentProps, Link } from "@tanstack/react-router";
import { useProduct } from "./product.ts";

/** Instead of a page that could not be shown. */
export function FaultPage({ error, reset }: ErrorComponentProps) {
  const problem =
    error instanceof ApiFailure
      ? error.explanation
      : {
          what: "This page has a fault.",
          why: `It stopped with: ${error instanceof Error ? error.message : String(error)}`,
          next: "Reload it. If that does not help, tell your help desk what stands here.",
        };
  return <ErrorState problem={problem} onRetry={reset} />;
}

export function NotFoundPage() {
  return (
    <Centred
      productName={useProduct().productName}
      title="No such page"
      lead="There is nothing at this address."
    >
      <Button component={Link} to="/" fullWidth>
        Go to the start
      </Button>
    </Centred>
  );
}
