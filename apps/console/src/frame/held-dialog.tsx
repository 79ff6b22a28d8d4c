import { createContext, type ReactNode, use, useState } from "react";

const Hold = createContext<(dialog: ReactNode) => void>(() => undefined);

/**
 * Shows a dialog that must outlive the page it came from: what is told once is not lost because that page read its data
 * again and failed. Null ends it.
 */
export function useHeldDialog(): (dialog: ReactNode) => void {
  return use(Hold);
}

export function HeldDialog({ children }: { readonly children: ReactNode }) {
  const [dialog, setDialog] = useState<ReactNode>(null);
  return (
    <Hold value={setDialog}>
      {children}
      {dialog}
    </Hold>
  );
}
