import { Button, Checkbox } from "@mantine/core";
import ChevronLeft from "lucide-react/icons/chevron-left";
import ChevronRight from "lucide-react/icons/chevron-right";
import type { KeyboardEvent, ReactNode } from "react";
import classes from "./data-table.module.css";
import { EmptyState, ErrorState, LoadingRows, type ProblemText } from "./states.tsx";

export type Column<Row> = {
  readonly name: string;
  readonly render: (row: Row) => ReactNode;
  /** Numbers line up at their ends. */
  readonly align?: "end";
};

export type Paging = {
  readonly page: number;
  readonly onPrevious: (() => void) | null;
  readonly onNext: (() => void) | null;
};

export type Selection = {
  readonly selected: ReadonlySet<string>;
  readonly onChange: (selected: ReadonlySet<string>) => void;
  /** What can be done with the selected ones. */
  readonly actions: ReactNode;
};

type DataTableProps<Row> = {
  /** What the list holds, in the plural: "users". Names the table. */
  readonly what: string;
  readonly columns: readonly Column<Row>[];
  /** Undefined while they are on their way. */
  readonly rows: readonly Row[] | undefined;
  readonly rowKey: (row: Row) => string;
  /** What a screen reader hears beside a row's checkbox. */
  readonly rowName?: (row: Row) => string;
  readonly empty: ReactNode;
  readonly problem?: ProblemText | null;
  readonly onRetry?: () => void;
  readonly paging?: Paging;
  readonly selection?: Selection;
};

/**
 * A list as a table; on a phone each row becomes a card. The arrow keys, Home and End go from row to row while the
 * focus is in the table.
 */
export function DataTable<Row>(props: DataTableProps<Row>) {
  const { what, columns, rows, rowKey, problem, onRetry, paging, selection } = props;
  if (problem != null && rows === undefined) {
    return <ErrorState problem={problem} {...(onRetry === undefined ? {} : { onRetry })} />;
  }
  if (rows === undefined) return <LoadingRows what={what} />;
  if (rows.length === 0 && (paging === undefined || paging.page === 1)) {
    return typeof props.empty === "string" ? <EmptyState title={props.empty} /> : props.empty;
  }
  const keys = rows.map(rowKey);
  const allSelected = selection !== undefined && keys.every((key) => selection.selected.has(key));
  const someHere = selection !== undefined && keys.some((key) => selection.selected.has(key));
  const someSelected = selection !== undefined && selection.selected.size > 0;
  const all = selection !== undefined && {
    checked: allSelected,
    indeterminate: someHere && !allSelected,
    onChange: () => selection.onChange(withPage(selection.selected, keys, !allSelected)),
  };
  return (
    <div className={classes.whole}>
      {someSelected && (
        // biome-ignore lint/a11y/useSemanticElements: a fieldset would announce a form
        <div className={classes.bulk} role="group" aria-label={`Selected ${what}`}>
          <span role="status">{inGroups.format(selection.selected.size)} selected</span>
          {selection.actions}
          <Button variant="subtle" size="compact-sm" onClick={() => selection.onChange(new Set())}>
            Select none
          </Button>
        </div>
      )}
      {all !== false && (
        <div className={classes.checkAll}>
          <Checkbox label={`Select all ${what} on this page`} {...all} />
        </div>
      )}
      <div className={classes.scroll}>
        <table className={classes.table} aria-label={what} onKeyDown={moveBetweenRows}>
          <thead>
            <tr>
              {all !== false && (
                <th scope="col" className={classes.check}>
                  <Checkbox aria-label={`Select all ${what} on this page`} {...all} />
                </th>
              )}
              {columns.map((column) => (
                <th
                  key={column.name}
                  scope="col"
                  className={column.align === "end" ? classes.end : undefined}
                >
                  {column.name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => {
              const key = rowKey(row);
              const isSelected = selection?.selected.has(key) ?? false;
              return (
                <tr key={key} data-selected={isSelected || undefined}>
                  {selection !== undefined && (
                    <td className={classes.check}>
                      <Checkbox
                        aria-label={`Select ${props.rowName?.(row) ?? key}`}
                        checked={isSelected}
                        onChange={() => selection.onChange(toggled(selection.selected, key))}
                      />
                    </td>
                  )}
                  {columns.map((column) => (
                    <td
                      key={column.name}
                      data-name={column.name}
                      className={column.align === "end" ? classes.end : undefined}
                    >
                      <div className={classes.cell}>{column.render(row)}</div>
                    </td>
                  ))}
                </tr>
              );
            })}
          </tbody>
        </table>
      </div>
      {paging !== undefined && (paging.onNext !== null || paging.onPrevious !== null) && (
        <nav className={classes.paging} aria-label={`Pages of ${what}`}>
          <Button
            variant="default"
            size="compact-md"
            leftSection={<ChevronLeft size={16} aria-hidden="true" />}
            disabled={paging.onPrevious === null}
            onClick={() => paging.onPrevious?.()}
          >
            Previous
          </Button>
          <span aria-current="page">Page {paging.page}</span>
          <Button
            variant="default"
            size="compact-md"
            rightSection={<ChevronRight size={16} aria-hidden="true" />}
            disabled={paging.onNext === null}
            onClick={() => paging.onNext?.()}
          >
            Next
          </Button>
        </nav>
      )}
    </div>
  );
}

/** Other pages keep their selected ones. */
function withPage(
  selected: ReadonlySet<string>,
  keys: readonly string[],
  select: boolean,
): ReadonlySet<string> {
  const next = new Set(selected);
  for (const key of keys) {
    if (select) next.add(key);
    else next.delete(key);
  }
  return next;
}

const inGroups = new Intl.NumberFormat("en-GB");

function toggled(selected: ReadonlySet<string>, key: string): ReadonlySet<string> {
  const next = new Set(selected);
  if (!next.delete(key)) next.add(key);
  return next;
}

const focusable = "a[href], button:not(:disabled), input:not(:disabled)";

/** From a link or checkbox to the same one of the row above or below. */
function moveBetweenRows(event: KeyboardEvent<HTMLTableElement>): void {
  if (!["ArrowDown", "ArrowUp", "Home", "End"].includes(event.key)) return;
  if (!(event.target instanceof HTMLElement) || event.altKey || event.ctrlKey || event.metaKey) return;
  const row = event.target.closest("tr");
  if (row === null) return;
  const rows = [...event.currentTarget.querySelectorAll("tr")];
  const at = rows.indexOf(row);
  const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 1, End: rows.length - 1 }[event.key] ?? at;
  const column = [...row.querySelectorAll(focusable)].indexOf(event.target);
  const targets = [...(rows[to]?.querySelectorAll<HTMLElement>(focusable) ?? [])];
  const target = targets[column] ?? targets[0];
  if (target === undefined) return;
  event.preventDefault();
  target.focus();
}
