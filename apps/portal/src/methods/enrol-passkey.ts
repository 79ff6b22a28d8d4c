import type { Schema } from "@holdfast/api-client/client";
import { makePasskey } from "@holdfast/ui/passkeys.ts";
import type { ProblemText } from "@holdfast/ui/states";
import { api, type useAct } from "@holdfast/web-calls/calls";

/** The server says what to make, the browser makes it, the server keeps its public half. Null: done. */
export async function enrolPasskey(act: ReturnType<typeof useAct>["act"]): Promise<ProblemText | null> {
  const asked: { options: Schema<"PasskeyCreationOptions"> | null } = { options: null };
  const refused = await act(
    "begin with the passkey",
    () => api.POST("/api/v1/me/authenticators/passkey-options"),
    (options) => {
      asked.options = options;
    },
  );
  if (refused !== null || asked.options === null) return refused;
  const { options, ticket } = asked.options;
  const made = await makePasskey(options);
  if (made.kind === "refused") return made.problem;
  return act("keep the passkey", () =>
    api.POST("/api/v1/me/authenticators/passkeys", { body: { ticket, response: JSON.parse(made.value) } }),
  );
}
