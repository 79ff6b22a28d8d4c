import { useId } from "react";
import classes from "./read-out.module.css";
import { spelled } from "./spelling.ts";

type ReadOutProps = {
  /** As it is read, a group at a time. */
  readonly groups: readonly string[];
  /** For what is long: a little smaller. */
  readonly long?: boolean;
};

/** What the help desk reads out over the telephone: large, and spelled. */
export function ReadOut({ groups, long = false }: ReadOutProps) {
  const titleId = useId();
  return (
    <section aria-labelledby={titleId} className={classes.readOut} data-long={long || undefined}>
      <p id={titleId} className={classes.label}>
        Read it out
      </p>
      {/* One text without blanks for whoever copies it; the groups are a matter of style. */}
      <code className={classes.groups} data-autofocus tabIndex={-1}>
        {groups.map((group, index) => (
          // Groups have no identity but their place.
          // biome-ignore lint/suspicious/noArrayIndexKey: see above
          <span key={index}>{group}</span>
        ))}
      </code>
      <ol className={classes.spelling} aria-label="Spelled">
        {groups.map((group, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: as above
          <li key={index}>{spelled(group)}</li>
        ))}
      </ol>
    </section>
  );
}

type TellProps = { readonly userName: string; readonly tell: readonly string[] };

/** What the user is to hear with it. */
export function Tell({ userName, tell }: TellProps) {
  return (
    <section aria-label={`Tell ${userName}`}>
      <h3 className={classes.tellTitle}>Tell {userName}</h3>
      <ul className={classes.tell}>
        {tell.map((each) => (
          <li key={each}>{each}</li>
        ))}
      </ul>
    </section>
  );
}
