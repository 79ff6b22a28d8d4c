import type { Schema } from "@holdfast/api-client/client";
import { ConfirmDialog } from "@holdfast/ui/confirm-dialog";
import { type Column, DataTable } from "@holdfast/ui/data-table";
import { Panel } from "@holdfast/ui/page";
import { RelativeTime } from "@holdfast/ui/relative-time";
import { StateBadge } from "@holdfast/ui/state-badge";
import { EmptyState } from "@holdfast/ui/states";
import { useToast } from "@holdfast/ui/toasts";
import { api, useAct, useRead } from "@holdfast/web-calls/calls";
import { useSession } from "@holdfast/web-calls/session";
import { Button, Menu } from "@mantine/core";
import ChevronDown from "lucide-react/icons/chevron-down";
import { useState } from "react";
import { useCan } from "../frame/session.ts";
import { factorWords } from "../policies/factor-words.ts";
import { type Addable, AddMethodDialogs } from "./add-method-dialogs.tsx";

type Authenticator = Schema<"AuthenticatorView">;
type Props = { readonly user: Schema<"UserView"> };

/** Passkeys, recovery codes, PIN and cards; tokens have a list of their own. */
export function UserAuthenticators({ user }: Props) {
  const can = useCan();
  const isMe = useSession().user.id === user.id;
  const mayChange = can("users.authenticators") && !isMe;
  const [adding, setAdding] = useState<Addable | null>(null);
  const { data, problem, retry } = useRead(["authenticators", user.id], "list the methods", () =>
    api.GET("/api/v1/users/{id}/authenticators", { params: { path: { id: user.id } } }),
  );
  const columns: readonly Column<Authenticator>[] = [
    {
      name: "Method",
      render: (authenticator) => (
        <>
          {factorWords[authenticator.kind]}
          {authenticator.label !== factorWords[authenticator.kind] && <div>{authenticator.label}</div>}
          {authenticator.address !== null && <div>{authenticator.address}</div>}
        </>
      ),
    },
    { name: "State", render: (authenticator) => <AuthenticatorState authenticator={authenticator} /> },
    { name: "Offline", render: () => <StateBadge tone="quiet">Online only</StateBadge> },
    { name: "Last used", render: ({ lastUsedAtMs }) => <RelativeTime atMs={lastUsedAtMs} never="not yet" /> },
    { name: "Added", render: ({ createdAtMs }) => <RelativeTime atMs={createdAtMs} /> },
    ...(mayChange
      ? [
          {
            name: "Action",
            render: (authenticator: Authenticator) => (
              <RemoveMethod user={user} authenticator={authenticator} />
            ),
          },
        ]
      : []),
  ];
  return (
    <Panel
      title="Other methods"
      lead="A passkey is made by its person, in the portal."
      flush
      actions={
        mayChange && (
          <Menu position="bottom-end">
            <Menu.Target>
              <Button variant="default" rightSection={<ChevronDown size={15} aria-hidden="true" />}>
                Add a method
              </Button>
            </Menu.Target>
            <Menu.Dropdown>
              <Menu.Item onClick={() => setAdding("recovery-code")}>Recovery codes…</Menu.Item>
              <Menu.Item onClick={() => setAdding("pin")}>PIN…</Menu.Item>
              <Menu.Item onClick={() => setAdding("card")}>Proximity card…</Menu.Item>
              <Menu.Item onClick={() => setAdding("sms-code")}>Phone number for codes by SMS…</Menu.Item>
              <Menu.Item onClick={() => setAdding("email-code")}>Address for codes by e-mail…</Menu.Item>
            </Menu.Dropdown>
          </Menu>
        )
      }
    >
      <DataTable
        what="other methods"
        columns={columns}
        rows={data?.items.filter(({ kind }) => kind !== "hotp" && kind !== "totp")}
        rowKey={({ id }) => id}
        problem={problem}
        onRetry={retry}
        empty={<EmptyState title="No other methods.">Recovery codes help when a phone is lost.</EmptyState>}
      />
      <AddMethodDialogs user={user} adding={adding} onClose={() => setAdding(null)} />
    </Panel>
  );
}

function AuthenticatorState({ authenticator }: { readonly authenticator: Authenticator }) {
  const { status, codesLeft, expiresAtMs } = authenticator;
  if (status === "disabled") return <StateBadge tone="quiet">Disabled</StateBadge>;
  if (status === "revoked") return <StateBadge tone="bad">Revoked</StateBadge>;
  if (codesLeft !== null) {
    return <StateBadge tone={codesLeft < 4 ? "caution" : "good"}>{codesLeft} codes left</StateBadge>;
  }
  if (expiresAtMs !== null && expiresAtMs < Date.now())
    return <StateBadge tone="caution">Expired</StateBadge>;
  return <StateBadge tone="good">Enabled</StateBadge>;
}

function RemoveMethod({ user, authenticator }: Props & { readonly authenticator: Authenticator }) {
  const { act } = useAct();
  const toast = useToast();
  const [asked, setAsked] = useState(false);
  const name = factorWords[authenticator.kind];
  return (
    <>
      <Button
        variant="default"
        size="compact-sm"
        aria-label={`Remove ${authenticator.label}`}
        onClick={() => setAsked(true)}
      >
        Remove
      </Button>
      <ConfirmDialog
        opened={asked}
        onClose={() => setAsked(false)}
        title={`Remove ${authenticator.label} of ${user.userName}?`}
        action="Remove"
        dangerous
        onConfirm={() =>
          act(
            "remove the method",
            () =>
              api.DELETE("/api/v1/users/{id}/authenticators/{authenticatorId}", {
                params: { path: { id: user.id, authenticatorId: authenticator.id } },
              }),
            () => toast(`${name} was removed.`),
          )
        }
      >
        <p>{user.displayName} can no longer sign in with it. This cannot be taken back.</p>
      </ConfirmDialog>
    </>
  );
}
