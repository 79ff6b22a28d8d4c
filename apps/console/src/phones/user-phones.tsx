import type { Schema } from "@holdfast/api-client/client";
import { type Column, DataTable } from "@holdfast/ui/data-table";
import { Panel } from "@holdfast/ui/page";
import { StateBadge } from "@holdfast/ui/state-badge";
import { EmptyState } from "@holdfast/ui/states";
import { clockTime } from "@holdfast/ui/time-words.ts";
import { api, useRead } from "@holdfast/web-calls/calls";
import { useSession } from "@holdfast/web-calls/session";
import { useCan } from "../frame/session.ts";
import { PhoneActions } from "./phone-actions.tsx";
import { type Phone, phoneTypes, phoneTypeWords } from "./phone-words.ts";

/** A person's phones: how each is registered, and what it can do (REG-3, REG-5, REG-10). */
export function UserPhones({ user }: { readonly user: Schema<"UserView"> }) {
  const can = useCan();
  const isMe = useSession().user.id === user.id;
  const mayChange = can("users.authenticators") && !isMe;
  const { data, problem, retry } = useRead(["phones", user.id], "list the phones", () =>
    api.GET("/api/v1/users/{id}/phones", { params: { path: { id: user.id } } }),
  );
  const columns: readonly Column<Phone>[] = [
    {
      name: "Phone",
      render: ({ label, phoneName, deviceId }) => (
        <>
          {label}
          {phoneName !== null && phoneName !== label && <div>{phoneName}</div>}
          <div>Device ID {deviceId}</div>
        </>
      ),
    },
    { name: "State", render: (phone) => <PhoneState phone={phone} /> },
    { name: "Registered", render: (phone) => <Registered phone={phone} /> },
    {
      name: "Authentication types",
      render: ({ types }) =>
        phoneTypes
          .filter((type) => types.includes(type))
          .map((type) => <div key={type}>{phoneTypeWords[type].name}</div>),
    },
    ...(mayChange
      ? [{ name: "Action", render: (phone: Phone) => <PhoneActions user={user} phone={phone} /> }]
      : []),
  ];
  return (
    <Panel
      title="Phones"
      lead="The authenticator app. Its person registers it in the portal; what it can do is set here."
      flush
    >
      <DataTable
        what="phones"
        columns={columns}
        rows={data?.items}
        rowKey={({ id }) => id}
        problem={problem}
        onRetry={retry}
        empty={
          <EmptyState title="No phones yet.">
            {user.displayName} adds one in the portal, under How I sign in.
          </EmptyState>
        }
      />
    </Panel>
  );
}

function Registered({ phone }: { readonly phone: Phone }) {
  if (phone.mode === "offline") return "Offline QR code";
  if (phone.lastSyncMs === null) return "Last sync: not yet";
  return (
    <>
      Last sync <time dateTime={new Date(phone.lastSyncMs).toISOString()}>{clockTime(phone.lastSyncMs)}</time>
    </>
  );
}

function PhoneState({ phone }: { readonly phone: Phone }) {
  if (phone.status === "disabled") return <StateBadge tone="quiet">Disabled</StateBadge>;
  // It may still be asked: only nobody knows whether it hears (AMB-REG-7).
  if (phone.silent) return <StateBadge tone="caution">No sync for 30 days</StateBadge>;
  return <StateBadge tone="good">Enabled</StateBadge>;
}
