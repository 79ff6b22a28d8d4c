import type { ReactNode } from "react";
import classes from "./centred.module.css";
import { Logo } from "./logo.tsx";

/** The frame of pages in front of the app: sign-in, set-up. */
export function Centred({
  productName,
  title,
  lead,
  children,
  foot,
}: {
  readonly productName: string;
  readonly title: string;
  readonly lead?: ReactNode;
  readonly children: ReactNode;
  readonly foot?: ReactNode;
}) {
  return (
    <div className={classes.frame}>
      <title>{`${title} · ${productName}`}</title>
      <main className={classes.card}>
        <p className={classes.brand}>
          <Logo size={30} />
          <span>{productName}</span>
        </p>
        <h1 className={classes.title}>{title}</h1>
        {lead !== undefined && <div className={classes.lead}>{lead}</div>}
        {children}
      </main>
      {foot !== undefined && <footer className={classes.foot}>{foot}</footer>}
    </div>
  );
}
