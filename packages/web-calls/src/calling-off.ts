import { useEffect, useRef } from "react";
import { api } from "./calls.ts";

/** What a page holds of a sign-in under way. */
type Asking = {
  readonly continuation: string;
  readonly prompts: readonly { readonly waiting?: true | undefined }[];
};
/** Ends the sign-in that this continues; it must go out though the page goes away. */
type Send = (body: {
  readonly continuation: string;
  readonly given: { readonly factor: "push"; readonly value: "cancel" };
}) => Promise<unknown>;

/**
 * A sign-in whose phone was asked is called off where its person goes away, so that the phone shows it no longer: when
 * the page is left for good, and by what this returns. In the background, and whether it arrives or not: without it the
 * request is over within the minute.
 */
export function useCallingOff(asking: Asking | null, send: Send = toSession): () => void {
  const callOff = () => {
    if (!asking?.prompts.some(({ waiting }) => waiting === true)) return;
    const { continuation } = asking;
    void send({ continuation, given: { factor: "push", value: "cancel" } }).catch(() => undefined);
  };
  const latest = useRef(callOff);
  useEffect(() => {
    latest.current = callOff;
  });
  useEffect(() => {
    // A page that is kept may come back and wait on.
    const leave = ({ persisted }: PageTransitionEvent) => {
      if (!persisted) latest.current();
    };
    window.addEventListener("pagehide", leave);
    return () => window.removeEventListener("pagehide", leave);
  }, []);
  return callOff;
}

const toSession: Send = (body) => api.POST("/api/v1/session/sign-in/steps", { body, keepalive: true });
