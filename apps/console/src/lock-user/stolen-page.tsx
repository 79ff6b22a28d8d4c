import { PageHeader, Parts } from "@holdfast/ui/page";
import { Callout } from "@holdfast/ui/state-badge";
import { ErrorState, LoadingPage } from "@holdfast/ui/states";
import { api, useRead } from "@holdfast/web-calls/calls";
import { useSession } from "@holdfast/web-calls/session";
import { getRouteApi, Link } from "@tanstack/react-router";
import { useCan } from "../frame/session.ts";
import { TemporaryCodeSection } from "../temporary-codes/temporary-code-section.tsx";
import { UserState } from "../users/user-state.tsx";
import { DeleteEnrolments } from "./delete-enrolments.tsx";
import { HeldAtEndpoints, useLockView } from "./held-at-endpoints.tsx";
import { PasswordOnlyWarning } from "./password-only-warning.tsx";

const route = getRouteApi("/inside/users/$userId/stolen");

/**
 * A phone or token was stolen (TC-28 to TC-33, TC-45): first its enrolments go, then the page shows what endpoints still
 * hold, and a temporary code carries the person to the replacement.
 */
export function StolenPage() {
  const { userId } = route.useParams();
  const { saved } = route.useSearch();
  const navigate = route.useNavigate();
  const can = useCan();
  const isMe = useSession().user.id === userId;
  const {
    data: user,
    problem,
    retry,
  } = useRead(["user", userId], "read the user", () =>
    api.GET("/api/v1/users/{id}", { params: { path: { id: userId } } }),
  );
  if (problem !== null && user === undefined) return <ErrorState problem={problem} onRetry={retry} />;
  if (user === undefined) return <LoadingPage what="the user" />;
  return (
    <>
      <PageHeader
        title="Device stolen"
        lead="A phone or token is lost or stolen: nobody else may sign in with it, and its owner goes on working."
        trail={
          <>
            <Link to="/users">Users</Link> /{" "}
            <Link to="/users/$userId" params={{ userId }}>
              {user.userName}
            </Link>
          </>
        }
        state={<UserState user={user} />}
      />
      <Parts>
        {!can("users.lock") || isMe ? (
          <Callout tone="caution" title={isMe ? "Nobody does this for himself" : "Your role cannot do this"}>
            Ask another administrator whose role may lock users and report their devices stolen.
          </Callout>
        ) : saved === undefined ? (
          <DeleteEnrolments
            user={user}
            onSaved={() => void navigate({ search: { saved: "1" }, replace: true })}
          />
        ) : (
          <>
            <WhatIsDone userId={userId} />
            <HeldAtEndpoints userId={userId} />
            <TemporaryCodeSection user={user} />
            <PasswordOnlyWarning user={user} />
          </>
        )}
      </Parts>
    </>
  );
}

/** What Save did, and what is left to do. */
function WhatIsDone({ userId }: { readonly userId: string }) {
  const { data } = useLockView(userId);
  const report = data?.stolenDevice;
  if (report == null) return null;
  const names = report.authenticators.map(({ label }) => label);
  return (
    <Callout
      tone="good"
      title={names.length === 0 ? "Reported; no enrolment was deleted" : `Deleted: ${names.join(", ")}`}
    >
      <p>
        Sessions are over, and codes and waiting requests are refused. What is left to do: look at the
        endpoints, and generate a code that lasts until the replacement is enrolled.
      </p>
    </Callout>
  );
}
