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
 * A code alone, as large as there is room for, to be scanned from a screen at arm's length and beyond: with the least
 * error correction, because nothing on a screen is torn or dirty, and larger modules are read sooner. `most`: pixels of
 * room; a module is a whole number of them where that leaves the code large.
 */
export function LargeQr({
  text,
  label,
  most = 400,
}: {
  readonly text: string;
  readonly label: string;
  readonly most?: number;
}) {
  const { size, path } = useMemo(() => qrPath(text, "L"), [text]);
  const whole = size + 2 * quietModules;
  const even = Math.floor(most / whole) * whole;
  const width = even >= fewestPixels ? even : most;
  return (
    <svg
      className={classes.largeQr}
      width={width}
      height={width}
      viewBox={`${-quietModules} ${-quietModules} ${whole} ${whole}`}
      role="img"
      aria-label={label}
    >
      <rect x={-quietModules} y={-quietModules} width={whole} height={whole} fill="#fff" />
      <path d={path} fill="#000" shapeRendering="crispEdges" />
    </svg>
  );
}

/** REG-6. */
const fewestPixels = 300;

/** The dark modules, each run of a row in one piece. */
function qrPath(
  text: string,
  errorCorrectionLevel: "L" | "M",
): { readonly size: number; readonly path: string } {
  const { modules } = create(text, { errorCorrectionLevel });
  const isDark = (row: number, column: number) => modules.data[row * modules.size + column] === 1;
  let path = "";
  for (let row = 0; row < modules.size; row++) {
    for (let column = 0; column < modules.size; column++) {
      const from = column;
      while (column < modules.size && isDark(row, column)) column++;
      if (column > from) path += `M${from} ${row}h${column - from}v1h${from - column}z`;
    }
  }
  return { size: modules.size, path };
}
