import { create } from "qrcode";
import { useMemo } from "react";
import { CopyOnce } from "./copy-once.tsx";
import classes from "./dialogs.module.css";

/** What an authenticator app scans, and the same as text for those who cannot scan. */
export function QrPanel({
  text,
  label,
  once,
}: {
  readonly text: string;
  readonly label: string;
  readonly once?: string;
}) {
  const { size, path } = useMemo(() => qrPath(text), [text]);
  return (
    <div className={classes.qr}>
      <div className={classes.qrCode}>
        <svg width={196} height={196} viewBox={`0 0 ${size} ${size}`} role="img" aria-label={label}>
          <path d={path} fill="#000" shapeRendering="crispEdges" />
        </svg>
      </div>
      <CopyOnce label="Or copy it" text={text} {...(once === undefined ? {} : { once })} />
    </div>
  );
}

/** The dark modules, each a square of one unit. */
function qrPath(text: string): { readonly size: number; readonly path: string } {
  const { modules } = create(text, { errorCorrectionLevel: "M" });
  const dark = Array.from(modules.data).flatMap((isDark, index) =>
    isDark ? [`M${index % modules.size} ${Math.floor(index / modules.size)}h1v1h-1z`] : [],
  );
  return { size: modules.size, path: dark.join("") };
}
