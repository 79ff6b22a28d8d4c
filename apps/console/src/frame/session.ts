import { type Session, useSession } from "@holdfast/web-calls/session";

export type Right = Session["rights"][number];

/** Whether the role of who is signed in has a right: what he may not do is not offered. */
export function useCan(): (right: Right) => boolean {
  const { rights } = useSession();
  return (right) => rights.includes(right);
}
