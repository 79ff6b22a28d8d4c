import Delete from "lucide-react/icons/delete";
import { useId } from "react";
import classes from "./approvals.module.css";

const keys = ["1", "2", "3", "4", "5", "6", "7", "8", "9"];

/** Two digits by big keys, or by a keyboard. */
export function NumberPad({
  value,
  onChange,
  disabled,
}: {
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly disabled: boolean;
}) {
  const id = useId();
  const take = (text: string) => onChange(text.replace(/\D/g, "").slice(0, 2));
  const key = (digit: string) => (
    <button
      key={digit}
      type="button"
      className={classes.key}
      disabled={disabled || value.length === 2}
      onClick={() => take(value + digit)}
    >
      {digit}
    </button>
  );
  return (
    <div className={classes.pad}>
      <div className={classes.asked}>
        <label htmlFor={id} className={classes.padLabel}>
          Number shown where you sign in
        </label>
        <input
          id={id}
          className={classes.number}
          value={value}
          // The keys below are bigger than the phone's own; a keyboard that is plugged in types all the same.
          inputMode="none"
          autoComplete="off"
          placeholder="––"
          disabled={disabled}
          onChange={(event) => take(event.target.value)}
        />
      </div>
      <div className={classes.keys}>
        {keys.map(key)}
        <span />
        {key("0")}
        <button
          type="button"
          className={classes.key}
          disabled={disabled || value === ""}
          onClick={() => onChange(value.slice(0, -1))}
        >
          <Delete size={26} aria-hidden="true" />
          <span className="visually-hidden">Delete the last digit</span>
        </button>
      </div>
    </div>
  );
}
