import { Checkbox, Switch, TextInput } from "@mantine/core";
import { DurationField } from "../fields/duration-field.tsx";
import classes from "../fields/fields.module.css";
import { enrollableFactors, type Factor, factorWords } from "./factor-words.ts";
import type { PolicyField } from "./policy-sections.ts";

type PolicyFieldProps = {
  readonly field: PolicyField;
  readonly value: unknown;
  readonly onChange: (value: unknown) => void;
  readonly disabled: boolean;
  readonly error: string | null;
};

/** One setting of a policy, as its declaration says. */
export function PolicyFieldInput({ field, value, onChange, disabled, error }: PolicyFieldProps) {
  const described = field.description === undefined ? {} : { description: field.description };
  const common = { label: field.label, disabled, ...described };
  switch (field.kind) {
    case "switch":
      return (
        <Switch
          {...common}
          className={classes.switch ?? ""}
          checked={value === true}
          error={error}
          onChange={(event) => onChange(event.currentTarget.checked)}
        />
      );
    case "duration":
      return <DurationField {...common} value={String(value)} error={error} onChange={onChange} />;
    case "number":
      return (
        <TextInput
          {...common}
          type="number"
          min={field.min}
          max={field.max}
          required
          withAsterisk={false}
          value={String(value)}
          error={error}
          onChange={(event) => onChange(numberOf(event.currentTarget.value))}
        />
      );
    case "optional-number":
      return (
        <TextInput
          {...common}
          type="number"
          min={field.min}
          max={field.max}
          placeholder={field.otherwise}
          description={`Empty: ${field.otherwise}.`}
          value={value === null ? "" : String(value)}
          error={error}
          onChange={(event) =>
            onChange(event.currentTarget.value === "" ? null : numberOf(event.currentTarget.value))
          }
        />
      );
    case "optional-duration":
      return (
        <div>
          <Switch
            className={value === null ? (classes.switch ?? "") : ""}
            label={`${field.label} …`}
            description={`Off: ${field.otherwise}.`}
            checked={value !== null}
            disabled={disabled}
            onChange={(event) => onChange(event.currentTarget.checked ? field.initial : null)}
          />
          {value !== null && (
            <DurationField
              label={field.label}
              value={String(value)}
              error={error}
              disabled={disabled}
              onChange={onChange}
            />
          )}
        </div>
      );
    case "choices":
      return (
        <Checkbox.Group
          {...common}
          value={[...(value as readonly string[])]}
          error={error}
          onChange={(chosen) => onChange(chosen)}
        >
          <div className={classes.choices}>
            {field.choices.map((choice) => (
              <Checkbox key={choice.value} value={choice.value} label={choice.label} disabled={disabled} />
            ))}
          </div>
        </Checkbox.Group>
      );
    case "factors":
      return (
        <Checkbox.Group
          {...common}
          value={[...(value as readonly Factor[])]}
          error={error}
          onChange={(chosen) => onChange(chosen)}
        >
          <div className={classes.choices}>
            {enrollableFactors.map((factor) => (
              <Checkbox key={factor} value={factor} label={factorWords[factor]} disabled={disabled} />
            ))}
          </div>
        </Checkbox.Group>
      );
  }
}

/** Text that is no number stays text: the server refuses it by name. */
function numberOf(text: string): number | string {
  return text === "" ? text : Number(text);
}
