import { Logo } from "@holdfast/ui/logo";
import Lock from "lucide-react/icons/lock";
import type { ReactNode } from "react";
import { useEffect, useRef } from "react";
import { useVaultState } from "../vault/use-vault.ts";
import { vault } from "../vault/vault.ts";
import { openScreen, usePlace } from "./navigation.ts";
import type { Screen, Tab } from "./screens.ts";
import classes from "./shell.module.css";
import { dismissOlderToasts, dismissToast, useToasts } from "./toasts.ts";

/** Head, page, and the bar at the bottom, within reach of a thumb. */
export function Shell({
  screens,
  children,
}: {
  readonly screens: readonly Screen[];
  readonly children: ReactNode;
}) {
  const { path } = usePlace();
  const unlocked = useVaultState().at === "unlocked";
  const main = useRef<HTMLElement>(null);
  const first = useRef(true);
  // Arriving at another screen: from its beginning, and so for screen readers, too.
  // biome-ignore lint/correctness/useExhaustiveDependencies: the path is what it waits for
  useEffect(() => {
    if (first.current) {
      first.current = false;
      return;
    }
    dismissOlderToasts();
    main.current?.scrollTo({ top: 0, behavior: "instant" });
    main.current?.querySelector("h1")?.focus();
  }, [path]);
  const tabs = screens.flatMap(({ path: at, tab }) => (tab ? [{ at, ...tab }] : []));
  return (
    <div className={classes.frame}>
      <header className={classes.head}>
        <span className={classes.brand}>
          <Logo size={28} />
          <span>Authenticator</span>
        </span>
        {unlocked && (
          <button type="button" className={classes.lock} onClick={() => vault.lock()}>
            <Lock size={20} aria-hidden="true" />
            <span>Lock</span>
          </button>
        )}
      </header>
      <main ref={main} className={classes.page}>
        {children}
      </main>
      {unlocked && (
        <nav className={classes.bar} aria-label="Main">
          {tabs
            .sort((a, b) => a.order - b.order)
            .map((tab) => (
              <TabLink key={tab.at} {...tab} current={path === tab.at} />
            ))}
        </nav>
      )}
      <Toasts />
    </div>
  );
}

function TabLink({
  at,
  label,
  icon: Icon,
  useCount = none,
  current,
}: Tab & { at: string; current: boolean }) {
  const count = useCount();
  return (
    <a
      href={at}
      className={classes.tab}
      aria-current={current ? "page" : undefined}
      onClick={(event) => {
        event.preventDefault();
        openScreen(at);
      }}
    >
      <span className={classes.tabIcon}>
        <Icon size={24} aria-hidden="true" />
        {count > 0 && (
          <span className={classes.count}>
            {count}
            <span className="visually-hidden"> waiting: </span>
          </span>
        )}
      </span>
      {label}
    </a>
  );
}

function none(): number {
  return 0;
}

function Toasts() {
  const toasts = useToasts();
  return (
    <div className={classes.toasts} role="status" aria-live="polite">
      {toasts.map(({ id, text }) => (
        <div key={id} className={classes.toast}>
          <span>{text}</span>
          <button type="button" onClick={() => dismissToast(id)}>
            Close
          </button>
        </div>
      ))}
    </div>
  );
}
