/** The PIN, asked for over whatever is on the screen; frame/pin-dialog.tsx shows it. */

export type PinVerdict =
  | { readonly kind: "ok" }
  | { readonly kind: "wrong"; readonly waitMs: number }
  | { readonly kind: "wait"; readonly waitMs: number };

export type PinQuestion = {
  /** Why, as the person reads it: "Approve the sign-in to ward-7". */
  readonly reason: string;
  readonly check: (pin: string) => Promise<PinVerdict>;
  /** True: it was right. False: the person turned away. */
  readonly end: (right: boolean) => void;
};

let open: PinQuestion | null = null;
const listeners = new Set<() => void>();

export function pinQuestion(): PinQuestion | null {
  return open;
}

export function onPinQuestion(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** A second question waits for nobody: it is turned away. */
export function askPin(reason: string, check: PinQuestion["check"]): Promise<boolean> {
  if (open !== null) return Promise.resolve(false);
  return new Promise((resolve) => {
    set({
      reason,
      check,
      end: (right) => {
        set(null);
        resolve(right);
      },
    });
  });
}

/** The app locks itself: what was asked is over. */
export function dropPinQuestion(): void {
  open?.end(false);
}

function set(question: PinQuestion | null): void {
  open = question;
  for (const listener of listeners) listener();
}
