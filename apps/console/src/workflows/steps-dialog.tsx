import type { Schema } from "@holdfast/api-client/client";
import { FormDialog } from "@holdfast/ui/form-dialog";
import { Callout } from "@holdfast/ui/state-badge";
import { useToast } from "@holdfast/ui/toasts";
import { api, useAct } from "@holdfast/web-calls/calls";
import { Button, Checkbox, Switch } from "@mantine/core";
import Plus from "lucide-react/icons/plus";
import { useState } from "react";
import classes from "../fields/fields.module.css";
import { type Factor, factorWords } from "../policies/factor-words.ts";
import { factorCount, factorsFor, type Workflow, workflows } from "./workflow-words.ts";

const mostSteps = 3;

type StepsDialogProps = {
  readonly policy: Schema<"PolicyView">;
  readonly workflow: Workflow;
  readonly onClose: () => void;
};

/** Steps of one workflow for one policy's users; each step with its alternatives. */
export function StepsDialog({ policy, workflow, onClose }: StepsDialogProps) {
  const { act } = useAct();
  const toast = useToast();
  const [steps, setSteps] = useState<readonly (readonly Factor[])[]>(
    policy.document.workflows[workflow] ?? [["password"], ["passkey"]],
  );
  const [used, setUsed] = useState(policy.document.workflows[workflow] !== null);
  const factors = factorsFor(workflow);
  const name = workflows.find((each) => each.workflow === workflow)?.name ?? workflow;
  const change = (index: number, step: readonly Factor[]) => setSteps(steps.with(index, step));
  return (
    <FormDialog
      opened
      onClose={onClose}
      wide
      title={`${name} for ${policy.name}`}
      lead="Steps are asked one after another. Of each step one method is enough."
      action="Save workflow"
      onSubmit={() =>
        act(
          "change the workflow",
          () =>
            api.PATCH("/api/v1/policies/{id}", {
              params: { path: { id: policy.id } },
              body: { changes: { workflows: { [workflow]: used ? steps : null } } },
            }),
          () => toast(`${name} was changed for ${policy.name}.`),
        )
      }
    >
      {workflow === "order-signing" && (
        <Switch
          className={classes.switch ?? ""}
          label="Users of this policy sign orders"
          description="Each of them needs a passkey and a confirmed identity proofing."
          checked={used}
          onChange={(event) => setUsed(event.currentTarget.checked)}
        />
      )}
      <ol className={classes.steps} hidden={!used}>
        {steps.map((step, index) => (
          // Steps have no identity but their place.
          // biome-ignore lint/suspicious/noArrayIndexKey: see above
          <li key={index} className={classes.step}>
            <Checkbox.Group
              label={`Step ${index + 1}`}
              value={[...step]}
              onChange={(chosen) =>
                change(
                  index,
                  factors.filter((factor) => chosen.includes(factor)),
                )
              }
            >
              <div className={classes.choices}>
                {factors.map((factor) => (
                  <Checkbox key={factor} value={factor} label={factorWords[factor]} />
                ))}
              </div>
            </Checkbox.Group>
            {steps.length > 1 && (
              <Button
                mt="sm"
                variant="subtle"
                size="compact-sm"
                onClick={() => setSteps(steps.toSpliced(index, 1))}
              >
                Remove step {index + 1}
              </Button>
            )}
          </li>
        ))}
      </ol>
      {used && steps.length < mostSteps && (
        <Button
          variant="default"
          leftSection={<Plus size={16} aria-hidden="true" />}
          onClick={() => setSteps([...steps, []])}
        >
          Add a step
        </Button>
      )}
      {used && factorCount(steps.map((step) => [...step])) < 2 && (
        <Callout tone="caution" title="One factor is enough here">
          Whoever knows or finds that one gets in. Add a second step, or let a passkey be the only way.
        </Callout>
      )}
      {used && steps.flat().includes("sms-code") && (
        <Callout tone="caution" title="Codes by SMS can be taken over">
          Whoever talks the phone company into a new SIM card receives them. NIST calls them a restricted
          authenticator (SP 800-63B): offer something better beside them, and tell people so.
        </Callout>
      )}
      {used && steps.flat().includes("email-code") && (
        <Callout tone="caution" title="A code by e-mail is hardly a second factor">
          It proves that somebody can read a mailbox, often by a password alone. NIST does not count it (SP
          800-63B).
        </Callout>
      )}
      {workflow === "workstation" && !steps.some((step) => step.includes("hotp")) && (
        <Callout tone="caution" title="Offline no second factor remains">
          Without event-based codes nobody of this policy can sign in while the server is away.
        </Callout>
      )}
    </FormDialog>
  );
}
