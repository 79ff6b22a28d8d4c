import type { ReactNode } from "react";
import { useSyncExternalStore } from "react";

export type Confirmation = {
  /** A question that names what it is about: "Remove Alma's profile?" */
  readonly title: string;
  /** What will happen, and what will not. */
  readonly text: ReactNode;
  /** The verb of the question, never "OK". */
  readonly action: string;
  readonly dangerous?: boolean;
};

type Asked = Confirmation & { readonly end: (yes: boolean) => void };

let asked: Asked | null = null;
const listeners = new Set<() => void>();

/** Asks over whatever is on the screen. */
export function confirm(confirmation: Confirmation): Promise<boolean> {
  asked?.end(false);
  return new Promise((resolve) => {
    set({
      ...confirmation,
      end: (yes) => {
        set(null);
        resolve(yes);
      },
    });
  });
}

export function useConfirmation(): Asked | null {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => asked,
  );
}

function set(next: Asked | null): void {
  asked = next;
  for (const listener of listeners) listener();
}
