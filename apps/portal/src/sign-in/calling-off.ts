import type { SignInPrompt } from "@holdfast/ui/sign-in-steps";
import { api } from "@holdfast/web-calls/calls";
import { useEffect } from "react";

/** A sign-in whose phone was asked is called off where its person goes away, so that the phone shows it no longer. */
type Asking = { readonly continuation: string; readonly prompts: readonly SignInPrompt[] };

/** In the background, and whether it arrives or not: without it the request is over within the minute. */
export function callOff({ continuation, prompts }: Asking): void {
  if (!prompts.some(({ waiting }) => waiting === true)) return;
  const given = { factor: "push", value: "cancel" } as const;
  void api
    .POST("/api/v1/session/sign-in/steps", { body: { continuation, given }, keepalive: true })
    .catch(() => undefined);
}

/** Where the page is left for good. */
export function useCallingOff(asking: Asking | null): void {
  useEffect(() => {
    if (asking === null) return;
    const leave = ({ persisted }: PageTransitionEvent) => {
      if (!persisted) callOff(asking);
    };
    window.addEventListener("pagehide", leave);
    return () => window.removeEventListener("pagehide", leave);
  }, [asking]);
}
