import type { Schema } from "@holdfast/api-client/client";
import { RelativeTime } from "@holdfast/ui/relative-time";
import { Callout } from "@holdfast/ui/state-badge";
import { clockTime } from "@holdfast/ui/time-words.ts";

type Code = NonNullable<Schema<"ProfileView">["temporaryCode"]>;

/** That the help desk gave one a code, and how to notice that somebody else uses it; never the code. */
export function OwnTemporaryCode({ code, helpDesk }: { readonly code: Code; readonly helpDesk: string }) {
  return (
    <Callout tone={code.accepted ? "info" : "caution"} title="You have a temporary code">
      <p>
        {code.accepted
          ? `It stands for your one-time code ${placesOf(code)}, ${code.use === "once" ? "for one sign-in" : "for as many sign-ins as you need"}, until ${clockTime(code.expiresAtMs)}.`
          : "The help desk gave it to you, but at the moment your organisation does not accept temporary codes."}{" "}
        It ends by itself when you sign in with your phone or token again, or add a new one.
      </p>
      <p>
        {code.uses === 0 ? (
          "It has not been used yet."
        ) : (
          <>
            It was used {code.uses === 1 ? "once" : `${code.uses} times`}, last{" "}
            <RelativeTime atMs={code.lastUsedAtMs} />. If that was not you, tell the help desk
            {helpDesk === "" ? "" : ` (${helpDesk})`} at once.
          </>
        )}
      </p>
    </Callout>
  );
}

function placesOf({ workflows }: Code): string {
  const places = workflows.map((workflow) =>
    workflow === "workstation" ? "at computers" : "for remote access",
  );
  return places.join(" and ");
}
