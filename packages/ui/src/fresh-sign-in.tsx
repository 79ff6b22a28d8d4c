import { Modal } from "@mantine/core";
import classes from "./dialogs.module.css";
import { type GivenValue, type SignInPrompt, SignInSteps } from "./sign-in-steps.tsx";
import { LoadingRows, type ProblemText } from "./states.tsx";

type FreshSignInProps = {
  readonly opened: boolean;
  /** Gives up what was about to be done. */
  readonly onClose: () => void;
  /** Null until the server has said what to ask. */
  readonly prompts: readonly SignInPrompt[] | null;
  readonly problem: ProblemText | null;
  readonly onGiven: (given: GivenValue) => Promise<void>;
};

/** Asks an administrator to prove himself again before something dangerous; then what he began goes on. */
export function FreshSignIn({ opened, onClose, prompts, problem, onGiven }: FreshSignInProps) {
  return (
    <Modal opened={opened} onClose={onClose} title="Prove that it is you" zIndex={400}>
      <p className={classes.lead}>
        This step is guarded: you signed in a while ago, so sign in again. What you began then goes on.
      </p>
      {prompts === null && problem === null ? (
        <LoadingRows rows={2} what="what to ask" />
      ) : (
        <SignInSteps prompts={prompts ?? []} problem={problem} onGiven={onGiven} />
      )}
    </Modal>
  );
}
