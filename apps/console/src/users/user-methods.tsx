import type { Schema } from "@holdfast/api-client/client";
import { Panel, Parts, Properties, property } from "@holdfast/ui/page";
import { StateBadge } from "@holdfast/ui/state-badge";
import { EmptyState } from "@holdfast/ui/states";
import { useSession } from "@holdfast/web-calls/session";
import { Button } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import Plus from "lucide-react/icons/plus";
import { useState } from "react";
import { useCan } from "../frame/session.ts";
import { GiveDialog } from "../hardware-tokens/give-dialog.tsx";
import { UserPhones } from "../phones/user-phones.tsx";
import { TokenTable } from "../tokens/token-table.tsx";
import { EnrolTokenDialog } from "./enrol-token-dialog.tsx";
import { UserAuthenticators } from "./user-authenticators.tsx";

type User = Schema<"UserView">;

/** What this person proves himself with. */
export function UserMethods({ user }: { readonly user: User }) {
  const can = useCan();
  const isMe = useSession().user.id === user.id;
  const [enrolling, setEnrolling] = useState(false);
  const [giving, setGiving] = useState(false);
  const mayEnrol = can("users.authenticators") && !isMe;
  const enrol = mayEnrol && (
    <Button leftSection={<Plus size={17} aria-hidden="true" />} onClick={() => setEnrolling(true)}>
      Add token
    </Button>
  );
  return (
    <Parts>
      <Panel title="Password">
        <Properties
          rows={[
            property(
              "State",
              user.hasPassword ? (
                <StateBadge tone="good">Set</StateBadge>
              ) : (
                <StateBadge tone="caution">Not set: this user cannot sign in with a password</StateBadge>
              ),
            ),
          ]}
        />
      </Panel>
      <Panel
        title="Tokens"
        lead="Event-based tokens work offline; the first enabled one is cached at endpoints."
        actions={
          <>
            {can("users.lock") && !isMe && (
              <Button variant="default" component={Link} to={`/users/${user.id}/stolen`}>
                Delete Enrollment…
              </Button>
            )}
            {mayEnrol && (
              <Button variant="default" onClick={() => setGiving(true)}>
                Give a hardware token
              </Button>
            )}
            {enrol}
          </>
        }
        flush
      >
        {user.tokens.length === 0 ? (
          <EmptyState title="No tokens yet.">
            Add one: the user scans a QR code with an authenticator app, or you give a hardware token.
          </EmptyState>
        ) : (
          <TokenTable tokens={user.tokens} />
        )}
      </Panel>
      <UserPhones user={user} />
      <UserAuthenticators user={user} />
      <GiveDialog user={user} opened={giving} onClose={() => setGiving(false)} />
      <EnrolTokenDialog user={user} opened={enrolling} onClose={() => setEnrolling(false)} />
    </Parts>
  );
}
