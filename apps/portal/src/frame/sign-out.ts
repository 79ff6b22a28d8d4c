import { api, queryClient, useAct } from "@holdfast/web-calls/calls";

/** Ends the session and forgets what was on screen: a full load, so that the way back shows nothing of it. */
export function useSignOut(): () => Promise<void> {
  const { act } = useAct();
  return async () => {
    await act("sign you out", () => api.DELETE("/api/v1/session"));
    queryClient.clear();
    globalThis.location.replace("/sign-in");
  };
}
