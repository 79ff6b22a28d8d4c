import type { Schema } from "@holdfast/api-client/client";
import classes from "./dashboard.module.css";

/** Bars with their numbers beside them: the longer the outage, the fewer. */
export function Lasting({ summary: { lasting, people } }: { readonly summary: Schema<"OutageSummary"> }) {
  const most = Math.max(1, people.active);
  return (
    <table className={classes.lasting}>
      <thead>
        <tr>
          <th scope="col">After</th>
          <th scope="col">People</th>
          <th scope="col" className={classes.end}>
            Endpoints
          </th>
        </tr>
      </thead>
      <tbody>
        {lasting.map((moment) => (
          <tr key={moment.afterSeconds}>
            <th scope="row">{spanWords(moment.afterSeconds)}</th>
            <td>
              <div className={classes.barLine}>
                <meter
                  className={classes.bar}
                  min={0}
                  max={most}
                  value={moment.people}
                  aria-label={`${moment.people} of ${people.active} people`}
                />
                <span>{moment.people.toLocaleString("en")}</span>
              </div>
            </td>
            <td className={classes.end}>{moment.endpoints.toLocaleString("en")}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function spanWords(seconds: number): string {
  if (seconds === 0) return "at once";
  const [count, unit] =
    seconds % 86_400 === 0
      ? [seconds / 86_400, "day"]
      : seconds % 3_600 === 0
        ? [seconds / 3_600, "hour"]
        : [Math.round(seconds / 60), "minute"];
  return `${count} ${unit}${count === 1 ? "" : "s"}`;
}
