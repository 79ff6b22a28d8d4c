import { Burger } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import type { ReactNode } from "react";
import { lazy, Suspense, useEffect, useState } from "react";
import classes from "./shell.module.css";

/** Only phones and narrow windows need it. */
const PhoneNavigation = lazy(async () => ({
  default: (await import("./phone-navigation.tsx")).PhoneNavigation,
}));

type ShellProps = {
  /** Logo and product name, above the navigation. */
  readonly brand: ReactNode;
  /** NavSections of links; the app makes the links, because this package knows no router. */
  readonly navigation: ReactNode;
  /** Right end of the bar: who is signed in, colour scheme, sign out. */
  readonly account: ReactNode;
  /** Between bar and page: what holds for every page, such as an outage. */
  readonly notice?: ReactNode;
  /** Changes with the page: closes the phone's navigation. */
  readonly place: string;
  readonly children: ReactNode;
};

/** The frame of an app: skip link, navigation, bar, page. */
export function Shell({ brand, navigation, account, notice, place, children }: ShellProps) {
  const [opened, { toggle, close }] = useDisclosure(false);
  const [wasOpened, setWasOpened] = useState(false);
  // biome-ignore lint/correctness/useExhaustiveDependencies: arriving at another page is what closes it
  useEffect(close, [place]);
  const open = () => {
    setWasOpened(true);
    toggle();
  };
  return (
    <div className={classes.frame}>
      <a className={classes.skip} href="#page">
        Skip to the page
      </a>
      <aside className={classes.side}>
        <div className={classes.brand}>{brand}</div>
        <nav aria-label="Main" className={classes.navigation}>
          {navigation}
        </nav>
      </aside>
      <header className={classes.bar}>
        <div className={classes.phoneOnly}>
          <Burger opened={opened} onClick={open} size="sm" aria-label="Open the navigation" />
          <div className={classes.phoneBrand}>{brand}</div>
        </div>
        <div className={classes.account}>{account}</div>
      </header>
      {wasOpened && (
        <Suspense fallback={null}>
          <PhoneNavigation opened={opened} onClose={close} brand={brand} navigation={navigation} />
        </Suspense>
      )}
      <main id="page" tabIndex={-1} className={classes.page}>
        {notice}
        {children}
      </main>
    </div>
  );
}

/** A titled group of links in the navigation. */
export function NavSection({ title, children }: { readonly title?: string; readonly children: ReactNode }) {
  return (
    <div className={classes.section}>
      {title !== undefined && <p className={classes.sectionTitle}>{title}</p>}
      <ul className={classes.list}>{children}</ul>
    </div>
  );
}

/** For the app's own link component; `aria-current="page"` marks the page one is on. */
export const navLinkClass = classes.link ?? "";

/** A count at the end of a navigation link, such as of open alerts. */
export function NavCount({ count, of }: { readonly count: number; readonly of: string }) {
  if (count === 0) return null;
  return (
    <span className={classes.count}>
      {count > 99 ? "99+" : count}
      <span className={classes.hidden}> {of}</span>
    </span>
  );
}
