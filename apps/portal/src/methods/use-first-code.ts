import type { ProblemText } from "@holdfast/ui/states";
import { api, useAct } from "@holdfast/web-calls/calls";

/** Tries the first code of an app that was scanned: true where it counts from now on. */
export function useFirstCode(): (
  id: string,
  code: string,
  onRight: () => void,
) => Promise<ProblemText | boolean> {
  const { act } = useAct();
  return async (id, code, onRight) => {
    let right = false;
    const refused = await act(
      "check the code",
      () => api.POST("/api/v1/me/authenticators/{id}/trial", { params: { path: { id } }, body: { code } }),
      (answer) => {
        right = answer.right;
      },
    );
    if (refused !== null) return refused;
    if (right) onRight();
    return right;
  };
}
