import type { Schema } from "@holdfast/api-client/client";
import { Columns, PageHeader, Panel, Parts, Properties, property } from "@holdfast/ui/page";
import { RelativeTime } from "@holdfast/ui/relative-time";
import { Callout, StateBadge } from "@holdfast/ui/state-badge";
import { ErrorState, LoadingPage } from "@holdfast/ui/states";
import { api, useRead } from "@holdfast/web-calls/calls";
import { useSession } from "@holdfast/web-calls/session";
import { Button } from "@mantine/core";
import { getRouteApi, Link } from "@tanstack/react-router";
import { useState } from "react";
import { useCan } from "../frame/session.ts";
import { EndpointReference, UserReference } from "../lists/references.tsx";
import { Recommendation } from "./recommendation.tsx";
import { ResynchroniseDialog } from "./resynchronise-dialog.tsx";
import { SizesDialog } from "./sizes-dialog.tsx";
import { TokenActions } from "./token-actions.tsx";
import { cacheWarning, TokenState } from "./token-state.tsx";

const route = getRouteApi("/inside/tokens/$tokenId");

/** One token: where it stands, how many codes endpoints get, what its own sign-ins recommend. */
export function TokenPage() {
  const { tokenId } = route.useParams();
  const {
    data: token,
    problem,
    retry,
  } = useRead(["token", tokenId], "read the token", () =>
    api.GET("/api/v1/tokens/{id}", { params: { path: { id: tokenId } } }),
  );
  if (problem !== null) return <ErrorState problem={problem} onRetry={retry} />;
  if (token === undefined) return <LoadingPage what="the token" />;
  return (
    <>
      <PageHeader
        title={token.label}
        trail={
          <>
            <Link to="/tokens">Tokens</Link> / <UserReference id={token.userId} />
          </>
        }
        state={<TokenState token={token} />}
        actions={<TokenActions token={token} />}
      />
      <Parts>
        {cacheWarning(token) !== null && <Callout tone="caution">{cacheWarning(token)}</Callout>}
        <Columns>
          <Sizes token={token} />
          <Standing token={token} />
        </Columns>
        {token.offlineCapable && <Recommendation token={token} />}
      </Parts>
    </>
  );
}

type TokenProps = { readonly token: Schema<"TokenView"> };

function Sizes({ token }: TokenProps) {
  const can = useCan();
  const isMine = useSession().user.id === token.userId;
  const [changing, setChanging] = useState(false);
  return (
    <Panel
      title="Sizes"
      lead="How many codes an endpoint keeps for offline sign-ins, and how far ahead the server looks for a code."
      actions={
        can("users.authenticators") &&
        !isMine &&
        token.status !== "revoked" && (
          <Button variant="default" size="compact-sm" onClick={() => setChanging(true)}>
            Change
          </Button>
        )
      }
    >
      <Properties
        rows={[
          property(
            "Cache size",
            token.offlineCapable
              ? (token.cacheSize ?? "not set: the user's, the policy's or the client profile's counts")
              : "none: time-based tokens do not work offline",
          ),
          property(
            "OTP window size",
            token.windowSize === null
              ? `${token.effectiveWindowSize}, from the user policy`
              : `${token.windowSize}, set for this token`,
          ),
        ]}
      />
      <SizesDialog token={token} opened={changing} onClose={() => setChanging(false)} />
    </Panel>
  );
}

function Standing({ token }: TokenProps) {
  const can = useCan();
  const isMine = useSession().user.id === token.userId;
  const [resynchronising, setResynchronising] = useState(false);
  return (
    <Panel
      title="Where it stands"
      actions={
        can("users.authenticators") &&
        !isMine &&
        token.kind === "hotp" &&
        token.status !== "revoked" && (
          <Button variant="default" size="compact-sm" onClick={() => setResynchronising(true)}>
            Resynchronise
          </Button>
        )
      }
    >
      <Properties
        rows={[
          property(
            "Kind",
            token.kind === "hotp" ? "event-based (HOTP, RFC 4226)" : "time-based (TOTP, RFC 6238)",
          ),
          property("Digits", token.digits),
          property("Algorithm", token.algorithm),
          property(token.kind === "hotp" ? "Next counter" : "Lowest time step", token.nextCounter),
          property(
            "Offline",
            token.cachedOffline ? (
              <StateBadge tone="good">This one is cached at endpoints</StateBadge>
            ) : token.offlineCapable ? (
              <StateBadge tone="info">Offline-capable, but another token of this user is cached</StateBadge>
            ) : (
              <StateBadge tone="quiet">Online only</StateBadge>
            ),
          ),
          property(
            "Codes out with",
            token.exposed.length === 0
              ? "no endpoint"
              : token.exposed.map(({ endpointId, from, through }) => (
                  <div key={`${endpointId} ${from}`}>
                    <EndpointReference id={endpointId} />: {from} to {through}
                  </div>
                )),
          ),
          property("Added", <RelativeTime atMs={token.createdAtMs} />),
        ]}
      />
      <ResynchroniseDialog token={token} opened={resynchronising} onClose={() => setResynchronising(false)} />
    </Panel>
  );
}
