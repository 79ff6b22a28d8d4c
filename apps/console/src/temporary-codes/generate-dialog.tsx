import type { Schema } from "@holdfast/api-client/client";
import { FormDialog, typed } from "@holdfast/ui/form-dialog";
import { Callout } from "@holdfast/ui/state-badge";
import { durationWords } from "@holdfast/ui/time-words.ts";
import { api, useAct } from "@holdfast/web-calls/calls";
import { Checkbox, NativeSelect, Radio, Textarea } from "@mantine/core";
import { useState } from "react";
import { DurationField } from "../fields/duration-field.tsx";
import { secondsOf } from "../fields/durations.ts";
import { useHeldDialog } from "../frame/held-dialog.tsx";
import { workflows } from "../workflows/workflow-words.ts";
import { CodeDialog } from "./code-dialog.tsx";
import { firstChoice, lifetimesWithin } from "./lifetimes.ts";
import { momentWords } from "./moment-words.ts";
import classes from "./temporary-codes.module.css";

type View = Schema<"TemporaryCodeView">;
type Workflow = View["limits"]["workflows"][number];

type GenerateDialogProps = {
  readonly user: Schema<"UserView">;
  readonly code: View;
  readonly opened: boolean;
  readonly onClose: () => void;
};

/** TC-4, TC-19, TC-20: who is asking, what for, how often and for how long; then the code, once. */
export function GenerateDialog({ user, code, opened, onClose }: GenerateDialogProps) {
  const { act } = useAct();
  const hold = useHeldDialog();
  const replaces = code.active !== null;
  return (
    <FormDialog
      opened={opened}
      onClose={onClose}
      wide
      title={replaces ? `Replace the code of ${user.userName}` : `Generate a code for ${user.userName}`}
      action={replaces ? "Replace code" : "Generate code"}
      onSubmit={(form) =>
        act(
          `${replaces ? "replace" : "generate"} the code`,
          () =>
            api.POST("/api/v1/users/{id}/temporary-code", {
              params: { path: { id: user.id } },
              body: {
                use: form.get("use") === "multiple" ? "multiple" : "once",
                lifetime: typed(form, "lifetime") ?? "",
                workflows: form.getAll("workflows") as Workflow[],
                reason: typed(form, "reason") ?? "",
                timeZone: Intl.DateTimeFormat().resolvedOptions().timeZone,
              },
            }),
          (issued) => hold(<CodeDialog userName={user.userName} issued={issued} onDone={() => hold(null)} />),
        )
      }
    >
      <GenerateFields user={user} code={code} />
    </FormDialog>
  );
}

function GenerateFields({ user, code }: Pick<GenerateDialogProps, "user" | "code">) {
  const { limits, active } = code;
  return (
    <>
      <Callout tone="caution" title="First make sure who is asking">
        <p>
          Nothing here checks that. Follow the rules of your enterprise before you give anybody a code for{" "}
          {user.displayName}.
        </p>
      </Callout>
      <Callout tone="info" title={`Ask what ${user.displayName} wants to sign in to`}>
        <p>
          A code opens remote access and workstations, in place of the phone or token and after the password.
          It cannot sign orders.
        </p>
      </Callout>
      {active !== null && (
        <Callout tone="caution">The code that {user.displayName} has now stops working at once.</Callout>
      )}
      <Radio.Group name="use" label="Use" defaultValue="once">
        <div className={classes.choices}>
          <Radio value="once" label="Use once" description="It ends with the first sign-in." />
          <Radio
            value="multiple"
            label="Use Multiple times"
            disabled={limits.onceOnly}
            description={
              limits.onceOnly
                ? "Your enterprise allows codes for one use only."
                : "Until it expires, or the phone or token is used again."
            }
          />
        </div>
      </Radio.Group>
      <ExpirationField longest={limits.longest} />
      <Checkbox.Group label="For" defaultValue={[...limits.workflows]}>
        <div className={classes.choices}>
          {limits.workflows.map((workflow) => (
            <Checkbox
              key={workflow}
              name="workflows"
              value={workflow}
              label={workflows.find((each) => each.workflow === workflow)?.name ?? workflow}
            />
          ))}
        </div>
      </Checkbox.Group>
      <Textarea
        name="reason"
        label="Reason"
        description="Goes into the audit: what happened, and how you made sure who asked."
        rows={2}
        maxLength={500}
        required
        withAsterisk={false}
      />
    </>
  );
}

/** Presets, and any other time up to the limit; says which moment that is. */
function ExpirationField({ longest }: { readonly longest: string }) {
  const lifetimes = lifetimesWithin(longest);
  const [chosen, setChosen] = useState(() => firstChoice(lifetimes));
  const [other, setOther] = useState("PT2H");
  const [nowMs] = useState(() => Date.now());
  const lifetime = chosen === "other" ? other : chosen;
  const seconds = secondsOf(lifetime);
  const tooLong = seconds > secondsOf(longest);
  return (
    <div>
      <NativeSelect
        label="Expiration"
        value={chosen}
        data={[
          ...lifetimes.map(({ value, label }) => ({ value, label })),
          { value: "other", label: "Another time" },
        ]}
        onChange={(event) => setChosen(event.currentTarget.value)}
      />
      {chosen === "other" && (
        <DurationField
          label="Expires after"
          value={other}
          onChange={setOther}
          error={tooLong ? `${durationWords(longest)} at most.` : null}
        />
      )}
      <input type="hidden" name="lifetime" value={lifetime} />
      {!Number.isNaN(seconds) && !tooLong && (
        <p className={classes.until}>
          If you generate it now: until {momentWords(nowMs + seconds * 1_000, nowMs)}.
        </p>
      )}
    </div>
  );
}
