import { ApiFailure } from "@holdfast/api-client/problems";
import { PageHeader } from "@holdfast/ui/page";
import { EmptyState, ErrorState } from "@holdfast/ui/states";
import { Button } from "@mantine/core";
import { type ErrorComponentProps, Link } from "@tanstack/react-router";

/** Instead of a page that could not be shown: the server's words, that its code did not come, or that it has a fault. */
export function FaultPage({ error, reset }: ErrorComponentProps) {
  if (error instanceof ApiFailure) return <ErrorState problem={error.explanation} onRetry={reset} />;
  const message = error instanceof Error ? error.message : String(error);
  if (codeDidNotCome.test(message)) {
    return <ErrorState problem={notLoaded} onRetry={() => void loadAgain()} />;
  }
  const fault = {
    what: "This page has a fault.",
    why: `It stopped with: ${message}`,
    next: "Reload it. If that does not help, everything here can be done with holdfast admin, too.",
  };
  return <ErrorState problem={fault} onRetry={reset} />;
}

/** What Chromium, Firefox and Safari say of a module that could not be fetched. */
const codeDidNotCome = /dynamically imported module|module script failed|preload CSS/i;
const notLoaded = {
  what: "This page could not be loaded.",
  why: "The server did not answer, or has another version by now.",
  next: "Try again. What you typed elsewhere is not sent twice.",
};

/** A new version needs the whole app anew; while the server is away, what is on the screen stays. */
async function loadAgain(): Promise<void> {
  const answer = await fetch("/api/v1/product").catch(() => null);
  if (answer?.ok === true) location.reload();
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
