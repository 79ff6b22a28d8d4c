import { Centred } from "@holdfast/ui/centred";
import { FaultState } from "@holdfast/web-calls/fault-state.tsx";
import { Button } from "@mantine/core";
import { type ErrorComponentProps, Link } from "@tanstack/react-router";
import { useProduct } from "./product.ts";

/** Instead of a page that could not be shown. */
export function FaultPage({ error, reset }: ErrorComponentProps) {
  return <FaultState error={error} onRetry={reset} elsewhere={elsewhere} />;
}

const elsewhere = "If that does not help, tell your help desk what stands here.";

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
