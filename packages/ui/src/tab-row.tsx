import { Tabs } from "@mantine/core";
import { type ReactNode, useLayoutEffect, useRef } from "react";

type TabRowProps = {
  readonly chosen: string;
  readonly label?: string;
  readonly children: ReactNode;
};

/**
 * The tabs of a page. On a phone they are one row that goes sideways: the chosen one is in its middle, where it can. A
 * router that remembers where things were scrolled to has to leave the row alone when a tab is chosen (`resetScroll`).
 */
export function TabRow({ chosen, label, children }: TabRowProps) {
  const row = useRef<HTMLDivElement>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another chosen tab is why it moves
  useLayoutEffect(() => {
    const list = row.current;
    if (list === null) return;
    // Told once at the start, and whenever the phone is turned.
    const observer = new ResizeObserver(() => {
      const tab = list.querySelector<HTMLElement>("[aria-selected=true]");
      if (tab !== null) list.scrollLeft = tab.offsetLeft - (list.clientWidth - tab.offsetWidth) / 2;
    });
    observer.observe(list);
    return () => observer.disconnect();
  }, [chosen]);
  return (
    <Tabs.List ref={row} mb="md" aria-label={label}>
      {children}
    </Tabs.List>
  );
}
