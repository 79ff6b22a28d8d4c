import type { Schema } from "@holdfast/api-client/client";
import type { ProblemText } from "@holdfast/ui/states";
import { api, useAct } from "@holdfast/web-calls/calls";

type Token = Pick<Schema<"TokenView">, "id" | "userId">;

/** Tries the first code of a token whose QR code was scanned: true where it counts from now on. */
export function useFirstCode(): (
  token: Token,
  code: string,
  onRight: () => void,
) => Promise<ProblemText | boolean> {
  const { act } = useAct();
  return async ({ id, userId }, code, onRight) => {
    let right = false;
    const refused = await act(
      "check the code",
      () =>
        api.POST("/api/v1/users/{id}/authenticators/{authenticatorId}/trial", {
          params: { path: { id: userId, authenticatorId: id } },
          body: { code },
        }),
      (answer) => {
        right = answer.right;
      },
    );
    if (refused !== null) return refused;
    if (right) onRight();
    return right;
  };
}
