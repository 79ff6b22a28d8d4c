import { createContext, type ReactNode, use } from "react";
import classes from "./page.module.css";

/** What the product is called here (TC-11): for titles of the browser's tabs. */
export const ProductName = createContext("Holdfast");

type PageHeaderProps = {
  readonly title: string;
  /** One sentence: what this page is for. */
  readonly lead?: ReactNode;
  /** Above the title: where one is, as links. */
  readonly trail?: ReactNode;
  /** Beside the title: the state of what the page is about. */
  readonly state?: ReactNode;
  readonly actions?: ReactNode;
};

/** Every page's top; sets the document's title too, by React's own <title>. */
export function PageHeader({ title, lead, trail, state, actions }: PageHeaderProps) {
  return (
    <header className={classes.header}>
      <title>{`${title} · ${use(ProductName)}`}</title>
      <div className={classes.heading}>
        {trail !== undefined && <div className={classes.trail}>{trail}</div>}
        <div className={classes.titleLine}>
          <h1 className={classes.title}>{title}</h1>
          {state}
        </div>
        {lead !== undefined && <p className={classes.lead}>{lead}</p>}
      </div>
      {actions !== undefined && <div className={classes.actions}>{actions}</div>}
    </header>
  );
}

type PanelProps = {
  readonly title?: string;
  readonly lead?: ReactNode;
  readonly actions?: ReactNode;
  readonly children: ReactNode;
  /** Tables bring their own distance from the edge. */
  readonly flush?: boolean;
};

/** A part of a page with a heading of its own. */
export function Panel({ title, lead, actions, children, flush = false }: PanelProps) {
  return (
    <section className={classes.panel} aria-label={title}>
      {(title !== undefined || actions !== undefined) && (
        <div className={classes.panelHead}>
          <div>
            {title !== undefined && <h2 className={classes.panelTitle}>{title}</h2>}
            {lead !== undefined && <p className={classes.panelLead}>{lead}</p>}
          </div>
          {actions !== undefined && <div className={classes.actions}>{actions}</div>}
        </div>
      )}
      <div className={flush ? classes.flush : classes.panelBody}>{children}</div>
    </section>
  );
}

type PropertyRow = { readonly name: string; readonly value: ReactNode };

/** Names and values, the values in their full form. */
export function Properties({ rows }: { readonly rows: readonly PropertyRow[] }) {
  return (
    <dl className={classes.properties}>
      {rows.map(({ name, value }) => (
        <div key={name} className={classes.property}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

export function property(name: string, value: ReactNode): PropertyRow {
  return { name, value };
}

/** Parts of a page one under the other. */
export function Parts({ children }: { readonly children: ReactNode }) {
  return <div className={classes.parts}>{children}</div>;
}

/** Parts side by side where there is room. */
export function Columns({ children }: { readonly children: ReactNode }) {
  return <div className={classes.columns}>{children}</div>;
}

/** Filters in front of a list, and what can be done with it. */
export function Toolbar({ label, children }: { readonly label: string; readonly children: ReactNode }) {
  return (
    <search className={classes.toolbar} aria-label={label}>
      {children}
    </search>
  );
}

/** Fields of a form, two in a row where there is room. */
export function Fields({ children }: { readonly children: ReactNode }) {
  return <div className={classes.fields}>{children}</div>;
}

type FormEndProps = {
  readonly children: ReactNode;
  /** Of a form that is longer than the screen: stays in sight. */
  readonly stays?: boolean;
};

/** The end of a form: what it does, and how to leave it. */
export function FormEnd({ children, stays = false }: FormEndProps) {
  return <div className={`${classes.formEnd} ${stays ? classes.stays : ""}`}>{children}</div>;
}

/** Where there is nothing to say in a table. */
export function None() {
  return <span className={classes.none}>none</span>;
}
