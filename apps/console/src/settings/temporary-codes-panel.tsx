import type { Schema } from "@holdfast/api-client/client";
import { Fields, Panel } from "@holdfast/ui/page";
import { Callout } from "@holdfast/ui/state-badge";
import { Checkbox, NativeSelect, TextInput } from "@mantine/core";
import { DurationField } from "../fields/duration-field.tsx";

type TemporaryCodes = Schema<"SettingsView">["temporaryCodes"];

type TemporaryCodesPanelProps = {
  readonly value: TemporaryCodes;
  readonly saved: TemporaryCodes;
  readonly disabled: boolean;
  readonly error: (field: string) => string | null;
  readonly onChange: (value: TemporaryCodes) => void;
};

/** TC-12, TC-17: whether the help desk may give temporary codes at all, and within which limits. */
export function TemporaryCodesPanel({ value, saved, disabled, error, onChange }: TemporaryCodesPanelProps) {
  return (
    <Panel
      title="Temporary Codes"
      lead="The help desk gives one to somebody whose phone or token is not at hand. It stands for the second factor at workstations and for remote access, for 14 days at most."
    >
      <Fields>
        <Checkbox
          label="Allow Temporary Codes"
          description="For users whose policy takes them. Roles say who may generate them."
          checked={value.allowed}
          disabled={disabled}
          onChange={(event) => onChange({ ...value, allowed: event.currentTarget.checked })}
        />
        <Checkbox
          label="For one use only"
          description="Helpers cannot choose codes for multiple uses."
          checked={value.onceOnly}
          disabled={disabled}
          onChange={(event) => onChange({ ...value, onceOnly: event.currentTarget.checked })}
        />
        <DurationField
          label="A code expires at the latest after"
          value={value.longest}
          disabled={disabled}
          error={error("longest")}
          onChange={(longest) => onChange({ ...value, longest })}
        />
        <NativeSelect
          label="Made of"
          description="Letters come without those that look like digits."
          value={value.alphabet}
          disabled={disabled}
          data={[
            { value: "letters-and-digits", label: "Letters and digits" },
            { value: "digits", label: "Digits only" },
          ]}
          onChange={(event) => {
            const alphabet = event.currentTarget.value as TemporaryCodes["alphabet"];
            // With fewer digits a code could be taken for a one-time code.
            const length = alphabet === "digits" ? Math.max(value.length, 10) : value.length;
            onChange({ ...value, alphabet, length });
          }}
        />
        <TextInput
          type="number"
          min={value.alphabet === "digits" ? 10 : 8}
          max={16}
          label="Characters"
          value={Number.isNaN(value.length) ? "" : value.length}
          disabled={disabled}
          error={error("length")}
          onChange={(event) => onChange({ ...value, length: event.currentTarget.valueAsNumber })}
        />
      </Fields>
      {saved.allowed && !value.allowed && (
        <Callout tone="info">
          Codes that were given out are refused while this is off. Those that have not expired work again when
          it is switched on.
        </Callout>
      )}
    </Panel>
  );
}
