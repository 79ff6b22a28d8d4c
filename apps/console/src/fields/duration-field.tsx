import { Input, NativeSelect } from "@mantine/core";
import { useId } from "react";
import { type DurationUnit, durationOf, partsOf } from "./durations.ts";
import classes from "./fields.module.css";

const units: readonly { readonly value: DurationUnit; readonly label: string }[] = [
  { value: "seconds", label: "seconds" },
  { value: "minutes", label: "minutes" },
  { value: "hours", label: "hours" },
  { value: "days", label: "days" },
];

type DurationFieldProps = {
  readonly label: string;
  readonly description?: string;
  /** ISO 8601, as the API has it. */
  readonly value: string;
  readonly onChange: (iso: string) => void;
  readonly disabled?: boolean;
  readonly error?: string | null;
};

/** A duration as people say it: a number and its unit. */
export function DurationField({
  label,
  description,
  value,
  onChange,
  disabled = false,
  error,
}: DurationFieldProps) {
  const { amount, unit } = partsOf(value);
  const id = useId();
  return (
    <Input.Wrapper
      id={id}
      label={label}
      description={description}
      error={error ?? null}
      inputWrapperOrder={["label", "input", "description", "error"]}
    >
      <div className={classes.duration}>
        <Input
          id={id}
          type="number"
          min={1}
          value={amount}
          disabled={disabled}
          error={error != null}
          onChange={(event) => onChange(durationOf(event.currentTarget.value, unit))}
        />
        <NativeSelect
          aria-label={`${label}: unit`}
          value={unit}
          disabled={disabled}
          data={[...units]}
          onChange={(event) => onChange(durationOf(amount, event.currentTarget.value as DurationUnit))}
        />
      </div>
    </Input.Wrapper>
  );
}
