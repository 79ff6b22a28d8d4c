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
  const { size, path } = useMemo(() => qrPath(text, "M"), [text]);
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

/** Light modules around a code, without which scanners do not find it (ISO/IEC 18004 §5.3.8). */
const quietModules = 4;

/**
 * A code alone, as large as there is room for up to 360 pixels, to be scanned from a screen at arm's length and beyond:
 * with the least error correction, because nothing on a screen is torn or dirty, and larger modules are read sooner.
 */
export function LargeQr({ text, label }: { readonly text: string; readonly label: string }) {
  const { size, path } = useMemo(() => qrPath(text, "L"), [text]);
  const whole = size + 2 * quietModules;
  return (
    <svg
      className={classes.largeQr}
      viewBox={`${-quietModules} ${-quietModules} ${whole} ${whole}`}
      role="img"
      aria-label={label}
    >
      <rect x={-quietModules} y={-quietModules} width={whole} height={whole} fill="#fff" />
      <path d={path} fill="#000" shapeRendering="crispEdges" />
    </svg>
  );
}

/** The dark modules, each a square of one unit. */
function qrPath(
  text: string,
  errorCorrectionLevel: "L" | "M",
): { readonly size: number; readonly path: string } {
  const { modules } = create(text, { errorCorrectionLevel });
  const dark = Array.from(modules.data).flatMap((isDark, index) =>
    isDark ? [`M${index % modules.size} ${Math.floor(index / modules.size)}h1v1h-1z`] : [],
  );
  return { size: modules.size, path: dark.join("") };
}
