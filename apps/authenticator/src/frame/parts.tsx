import type { LucideIcon } from "lucide-react";
import CircleAlert from "lucide-react/icons/circle-alert";
import CircleCheck from "lucide-react/icons/circle-check";
import Info from "lucide-react/icons/info";
import TriangleAlert from "lucide-react/icons/triangle-alert";
import type { ButtonHTMLAttributes, InputHTMLAttributes, ReactNode } from "react";
import { useEffect, useId, useRef } from "react";
import classes from "./parts.module.css";

type ButtonProps = ButtonHTMLAttributes<HTMLButtonElement> & {
  /** Default "plain". One `main` button on a screen. */
  readonly look?: "main" | "plain" | "quiet" | "dangerous";
  readonly icon?: ReactNode;
  /** It is working on it: it shows so, and takes no second press. */
  readonly busy?: boolean;
  /** As wide as the screen. */
  readonly wide?: boolean;
};

/** Big enough for gloves: 48 CSS pixels and more. */
export function Button({ look = "plain", icon, busy = false, wide = false, ...props }: ButtonProps) {
  const { children, className = "", disabled, ...others } = props;
  const names = [classes.button, classes[look], wide ? classes.wide : "", className];
  return (
    <button
      type="button"
      {...others}
      className={names.join(" ")}
      disabled={disabled === true || busy}
      aria-busy={busy || undefined}
    >
      {busy ? <span className={classes.spinner} aria-hidden="true" /> : icon}
      <span>{children}</span>
    </button>
  );
}

/** Buttons one under the other, the main one first. */
export function Actions({ children }: { readonly children: ReactNode }) {
  return <div className={classes.actions}>{children}</div>;
}

type FieldProps = InputHTMLAttributes<HTMLInputElement> & {
  readonly label: string;
  readonly hint?: ReactNode;
  readonly problem?: string | null;
};

export function Field({ label, hint, problem = null, ...input }: FieldProps) {
  const id = useId();
  const described = [hint === undefined ? null : `${id}-hint`, problem === null ? null : `${id}-problem`];
  return (
    <div className={classes.field}>
      <label htmlFor={id}>{label}</label>
      {hint !== undefined && (
        <p id={`${id}-hint`} className={classes.hint}>
          {hint}
        </p>
      )}
      <input
        {...input}
        id={id}
        className={classes.input}
        aria-invalid={problem !== null || undefined}
        aria-describedby={described.filter((one) => one !== null).join(" ") || undefined}
      />
      {problem !== null && (
        <p id={`${id}-problem`} className={classes.problem} role="alert">
          {problem}
        </p>
      )}
    </div>
  );
}

export type Tone = "good" | "info" | "caution" | "bad";

const toneIcons = { good: CircleCheck, info: Info, caution: TriangleAlert, bad: CircleAlert } as const;

/** What a person has to know here. Icon and words say it, not the colour alone. */
export function Note({
  tone = "info",
  title,
  children,
}: {
  readonly tone?: Tone;
  readonly title?: string;
  readonly children?: ReactNode;
}) {
  const Icon = toneIcons[tone];
  return (
    <div className={`${classes.note} ${classes[tone]}`} role={tone === "bad" ? "alert" : undefined}>
      <Icon size={22} aria-hidden="true" />
      <div>
        {title !== undefined && <p className={classes.noteTitle}>{title}</p>}
        {children !== undefined && <div className={classes.noteText}>{children}</div>}
      </div>
    </div>
  );
}

/** A titled block of a screen. */
export function Panel({ title, children }: { readonly title?: string; readonly children: ReactNode }) {
  return (
    <section className={classes.panel}>
      {title !== undefined && <h2 className={classes.panelTitle}>{title}</h2>}
      {children}
    </section>
  );
}

/** The head of a screen that is not a tab's own: heading, and the way back. */
export function ScreenTitle({
  title,
  icon: Icon,
  children,
}: {
  readonly title: string;
  /** Where the screen has one thing to say. */
  readonly icon?: LucideIcon;
  readonly children?: ReactNode;
}) {
  return (
    <div className={classes.screenTitle}>
      {Icon !== undefined && (
        <span className={classes.emblem}>
          <Icon size={30} strokeWidth={1.8} aria-hidden="true" />
        </span>
      )}
      <title>{`${title} · Authenticator`}</title>
      <h1 tabIndex={-1}>{title}</h1>
      {children !== undefined && <div className={classes.lead}>{children}</div>}
    </div>
  );
}

/** Facts to decide by: "Where: ward-7". */
export function Facts({ rows }: { readonly rows: readonly (readonly [string, ReactNode])[] }) {
  return (
    <dl className={classes.facts}>
      {rows.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

/** Over everything else; Escape and the back of the dialog close it. The focus goes in, and back to where it was. */
export function Dialog({
  title,
  onClose,
  children,
}: {
  readonly title: string;
  readonly onClose: () => void;
  readonly children: ReactNode;
}) {
  const element = useRef<HTMLDialogElement>(null);
  const titleId = useId();
  useEffect(() => element.current?.showModal(), []);
  return (
    <dialog
      ref={element}
      className={classes.dialog}
      aria-labelledby={titleId}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
    >
      <h2 id={titleId}>{title}</h2>
      {children}
    </dialog>
  );
}

/** More, for those who need it. */
export function Details({
  summary,
  onToggle,
  children,
}: {
  readonly summary: string;
  readonly onToggle?: (open: boolean) => void;
  readonly children: ReactNode;
}) {
  return (
    <details className={classes.details} onToggle={({ currentTarget }) => onToggle?.(currentTarget.open)}>
      <summary>{summary}</summary>
      {children}
    </details>
  );
}

export function Waiting({ what }: { readonly what: string }) {
  return (
    <div className={classes.waiting} role="status">
      <span className={classes.spinner} aria-hidden="true" />
      <span>{what}</span>
    </div>
  );
}
