import classes from "./profiles.module.css";

/** Large, in groups, and spelled out for who listens. */
export function DeviceId({ id, label }: { readonly id: string; readonly label: string }) {
  return (
    <p className={classes.deviceId}>
      <span className={classes.deviceIdLabel}>{label}</span>
      <span className="visually-hidden">{[...id.replaceAll("-", "")].join(" ")}</span>
      <code aria-hidden="true">{id}</code>
    </p>
  );
}
