import { Checkbox } from "@mantine/core";

export type PushChoice = { readonly enabled: boolean; readonly requireBiometric: boolean };

/** REG-23, REG-25: for one user and for many alike. */
export function PushFields({
  value,
  disabled = false,
  onChange,
}: {
  readonly value: PushChoice;
  readonly disabled?: boolean;
  readonly onChange: (value: PushChoice) => void;
}) {
  return (
    <>
      <Checkbox
        label="Enable Mobile Push Authentication"
        description="Approving on the phone, with a number that only the sign-in shows. It also needs a phone that is registered online, and a workflow policy that takes it."
        checked={value.enabled}
        disabled={disabled}
        onChange={(event) => onChange({ ...value, enabled: event.currentTarget.checked })}
      />
      <Checkbox
        label="Require Biometric Seed"
        description="Recommended: only a phone whose keys are bound to a fingerprint or a face can approve. A phone whose app is guarded by a PIN cannot."
        checked={value.requireBiometric}
        disabled={disabled || !value.enabled}
        onChange={(event) => onChange({ ...value, requireBiometric: event.currentTarget.checked })}
      />
    </>
  );
}
