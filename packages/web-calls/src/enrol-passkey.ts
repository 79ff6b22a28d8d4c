import type { Schema } from "@holdfast/api-client/client";
import { makePasskey } from "@holdfast/ui/passkeys.ts";
import type { ProblemText } from "@holdfast/ui/states";
import type { Call, useAct } from "./calls.ts";

type Made = { readonly ticket: string; readonly response: Schema<"PasskeyCreation">["response"] };

/** The server says what to make, the browser makes it, the server keeps its public half. Null: done. */
export async function enrolPasskey<T>(
  act: ReturnType<typeof useAct>["act"],
  begin: () => Call<Schema<"PasskeyCreationOptions">>,
  keep: (made: Made) => Call<T>,
): Promise<ProblemText | null> {
  const asked: { options: Schema<"PasskeyCreationOptions"> | null } = { options: null };
  const refused = await act("begin with the passkey", begin, (options) => {
    asked.options = options;
  });
  if (refused !== null || asked.options === null) return refused;
  const { options, ticket } = asked.options;
  const made = await makePasskey(options);
  if (made.kind === "refused") return made.problem;
  return act("keep the passkey", () => keep({ ticket, response: JSON.parse(made.value) }));
}
