import { CloseButton } from "@mantine/core";
import CircleCheck from "lucide-react/icons/circle-check";
import type { ReactNode } from "react";
import { createContext, use, useCallback, useRef, useState } from "react";
import classes from "./toasts.module.css";

type Toast = { readonly id: number; readonly text: string };

const ToastContext = createContext<(text: string) => void>(() => undefined);

const shownForMs = 6_000;

/** Says briefly what has been done. Never the only place where an error is told. */
export function useToast(): (text: string) => void {
  return use(ToastContext);
}

export function Toasts({ children }: { readonly children: ReactNode }) {
  const [toasts, setToasts] = useState<readonly Toast[]>([]);
  const lastId = useRef(0);
  const remove = useCallback(
    (id: number) => setToasts((shown) => shown.filter((toast) => toast.id !== id)),
    [],
  );
  const add = useCallback(
    (text: string) => {
      lastId.current += 1;
      const id = lastId.current;
      setToasts((shown) => [...shown.slice(-2), { id, text }]);
      setTimeout(() => remove(id), shownForMs);
    },
    [remove],
  );
  return (
    <ToastContext value={add}>
      {children}
      <div className={classes.stack} role="status" aria-live="polite">
        {toasts.map((toast) => (
          <div key={toast.id} className={classes.toast}>
            <CircleCheck size={18} aria-hidden="true" />
            <span>{toast.text}</span>
            <CloseButton aria-label="Dismiss" onClick={() => remove(toast.id)} />
          </div>
        ))}
      </div>
    </ToastContext>
  );
}
