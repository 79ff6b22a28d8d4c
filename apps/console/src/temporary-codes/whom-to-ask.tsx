import { api, useRead } from "@holdfast/web-calls/calls";
import { useCan } from "../frame/session.ts";

const shownAtMost = 3;

/** TC-39, TC-40: who can change what stands in the way: superadministrators by name, for roles that may see them. */
export function WhomToAsk({ to }: { readonly to: string }) {
  const can = useCan();
  const { data } = useRead(
    ["administrators", "superadministrators"],
    "list the superadministrators",
    () =>
      api.GET("/api/v1/administrators", {
        params: { query: { roleId: "superadministrator", limit: shownAtMost + 1 } },
      }),
    { enabled: can("properties.read"), staleMs: 60_000 },
  );
  const people = (data?.items ?? []).filter(({ status }) => status === "active").slice(0, shownAtMost);
  if (people.length === 0) return <p>Contact your administrator: a superadministrator can {to}.</p>;
  const names = people.map(({ displayName, userName }) =>
    displayName === userName ? userName : `${displayName} (${userName})`,
  );
  return (
    <p>
      Contact your administrator, such as {new Intl.ListFormat("en", { type: "disjunction" }).format(names)},
      to {to}.
    </p>
  );
}
