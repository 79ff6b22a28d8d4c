import { Fields, Panel, Parts } from "@holdfast/ui/page";
import { Callout } from "@holdfast/ui/state-badge";
import { Checkbox, NativeSelect, Radio } from "@mantine/core";
import { useCan } from "../frame/session.ts";
import { usePolicies } from "../policies/use-policies.ts";
import type { AccountChanges } from "./account-changes.ts";
import { PushFields } from "./push-fields.tsx";

type StepProps = {
  readonly changes: AccountChanges;
  readonly onChange: (changes: AccountChanges) => void;
};

/** Every step begins with leaving things as they are, so that going through them changes nothing by itself. */
export function AccountStep({ changes, onChange }: StepProps) {
  const can = useCan();
  return (
    <Panel>
      <Parts>
        {can("users.edit") && (
          <Radio.Group
            label="State"
            value={changes.status ?? "leave"}
            onChange={(value) =>
              onChange({ ...changes, status: value === "active" || value === "disabled" ? value : null })
            }
          >
            <Radio mt="xs" value="leave" label="Leave as it is" />
            <Radio mt="xs" value="active" label="Enable" />
            <Radio
              mt="xs"
              value="disabled"
              label="Disable"
              description="Connected endpoints learn it at once; others go on letting them in until they make contact."
            />
          </Radio.Group>
        )}
        {can("users.unlock") && (
          <Checkbox
            label="Unlock"
            description="Failed attempts are forgotten."
            checked={changes.unlock}
            onChange={(event) => onChange({ ...changes, unlock: event.currentTarget.checked })}
          />
        )}
      </Parts>
    </Panel>
  );
}

export function PolicyStep({ changes, onChange }: StepProps) {
  const { data } = usePolicies();
  return (
    <Panel>
      <Fields>
        <NativeSelect
          label="User policy"
          value={changes.policyId ?? ""}
          data={[
            { value: "", label: "Leave as it is" },
            ...(data?.items ?? []).map(({ id, name }) => ({ value: id, label: name })),
          ]}
          onChange={(event) => {
            const policyId = event.currentTarget.value;
            onChange({ ...changes, policyId: policyId === "" ? null : policyId });
          }}
        />
      </Fields>
    </Panel>
  );
}

/** What the screen offers first is what is recommended (REG-25). */
const recommended = { enabled: true, requireBiometric: true };

export function PushStep({ changes, onChange }: StepProps) {
  return (
    <Panel>
      <Parts>
        <Radio.Group
          label="Mobile Push"
          value={changes.push === null ? "leave" : "change"}
          onChange={(value) => onChange({ ...changes, push: value === "change" ? recommended : null })}
        >
          <Radio mt="xs" value="leave" label="Leave as it is" />
          <Radio mt="xs" value="change" label="Set for all selected accounts" />
        </Radio.Group>
        {changes.push !== null && (
          <>
            <PushFields value={changes.push} onChange={(push) => onChange({ ...changes, push })} />
            <Callout tone="info">
              Whoever has no phone that is registered online is enabled all the same, and can approve once he
              has registered one.
            </Callout>
          </>
        )}
      </Parts>
    </Panel>
  );
}
