import { ApiFailure } from "@holdfast/api-client/problems";
import { ErrorState, type ProblemText } from "@holdfast/ui/states";

type FaultStateProps = {
  readonly error: unknown;
  readonly onRetry: () => void;
  /** Where to turn when a reload does not help: a sentence. */
  readonly elsewhere: string;
};

/** Instead of a page that could not be shown: the server's words, that its code did not come, or that it has a fault. */
export function FaultState({ error, onRetry, elsewhere }: FaultStateProps) {
  if (error instanceof ApiFailure) return <ErrorState problem={error.explanation} onRetry={onRetry} />;
  const message = error instanceof Error ? error.message : String(error);
  if (codeDidNotCome.test(message)) {
    return <ErrorState problem={notLoaded} onRetry={() => void loadAgain()} />;
  }
  const fault: ProblemText = {
    what: "This page has a fault.",
    why: `It stopped with: ${message}`,
    next: `Reload it. ${elsewhere}`,
  };
  return <ErrorState problem={fault} onRetry={onRetry} />;
}

/** What Chromium, Firefox and Safari say of a module that could not be fetched. */
const codeDidNotCome = /dynamically imported module|module script failed|preload CSS/i;
const notLoaded: ProblemText = {
  what: "This page could not be loaded.",
  why: "The server did not answer, or has another version by now.",
  next: "Try again. What you typed elsewhere is not sent twice.",
};

/** A new version needs the whole app anew; while the server is away, what is on the screen stays. */
async function loadAgain(): Promise<void> {
  const answer = await fetch("/api/v1/product").catch(() => null);
  if (answer?.ok === true) location.reload();
}
