import type { Schema } from "@holdfast/api-client/client";
import { ConfirmDialog } from "@holdfast/ui/confirm-dialog";
import { type Column, DataTable } from "@holdfast/ui/data-table";
import { FormDialog, typed } from "@holdfast/ui/form-dialog";
import { PageHeader, Panel } from "@holdfast/ui/page";
import { RelativeTime } from "@holdfast/ui/relative-time";
import { ShownOnceDialog } from "@holdfast/ui/shown-once-dialog";
import { StateBadge } from "@holdfast/ui/state-badge";
import { EmptyState } from "@holdfast/ui/states";
import { api, useAct } from "@holdfast/web-calls/calls";
import { usePagedList } from "@holdfast/web-calls/paged-list";
import { Button, Checkbox, TextInput } from "@mantine/core";
import Plus from "lucide-react/icons/plus";
import { useState } from "react";

type ApiKey = Schema<"ApiKeyView">;
type Issued = Schema<"ApiKeyIssued">;
type Scope = Schema<"ApiKeyScope">;

const scopes: readonly { readonly scope: Scope; readonly text: string }[] = [
  { scope: "read", text: "read: lists and single things, changes nothing" },
  { scope: "sign-in", text: "sign-in: lets an application sign people in" },
  { scope: "sign", text: "sign: lets an application ask people to sign orders" },
  { scope: "admin", text: "admin: everything an administrator may" },
];

function makerText(maker: ApiKey["madeBy"]): string {
  if (maker === null) return "Setup";
  return maker.userName ?? `${maker.userId} (deleted)`;
}

/** Keys for programs. A key is shown once; afterwards only its name and scopes are known. */
export function ApiKeysPage() {
  const { act } = useAct();
  const [creating, setCreating] = useState(false);
  const [issued, setIssued] = useState<Issued | null>(null);
  const [revoking, setRevoking] = useState<ApiKey | null>(null);
  const list = usePagedList(["api-keys"], "list the API keys", (after) =>
    api.GET("/api/v1/api-keys", {
      params: { query: { limit: 50, ...(after === undefined ? {} : { after }) } },
    }),
  );
  const columns: readonly Column<ApiKey>[] = [
    { name: "Key", render: ({ name }) => name },
    { name: "Scopes", render: ({ scopes }) => scopes.join(", ") },
    {
      name: "State",
      render: ({ revokedAtMs, stopped, cut }) =>
        stopped ? (
          <StateBadge tone="caution">Stopped with its maker</StateBadge>
        ) : cut ? (
          <StateBadge tone="caution">Held to its maker's role</StateBadge>
        ) : revokedAtMs === null ? (
          <StateBadge tone="good">In use</StateBadge>
        ) : (
          <StateBadge tone="quiet">
            Revoked <RelativeTime atMs={revokedAtMs} />
          </StateBadge>
        ),
    },
    { name: "Made by", render: ({ madeBy }) => makerText(madeBy) },
    { name: "Issued", render: ({ createdAtMs }) => <RelativeTime atMs={createdAtMs} /> },
    {
      name: "Action",
      render: (key) =>
        key.revokedAtMs === null && (
          <Button
            variant="default"
            size="compact-sm"
            aria-label={`Revoke ${key.name}`}
            onClick={() => setRevoking(key)}
          >
            Revoke
          </Button>
        ),
    },
  ];
  const create = (
    <Button leftSection={<Plus size={17} aria-hidden="true" />} onClick={() => setCreating(true)}>
      Issue API key
    </Button>
  );
  return (
    <>
      <PageHeader
        title="API keys"
        lead="For programs that use /api/v1 without a person: reports, VPN gateways, scripts."
        actions={create}
      />
      <Panel flush>
        <DataTable
          what="API keys"
          columns={columns}
          rowKey={({ id }) => id}
          {...list}
          empty={<EmptyState title="No API key was issued yet.">People sign in here without one.</EmptyState>}
        />
      </Panel>
      <FormDialog
        opened={creating}
        onClose={() => setCreating(false)}
        title="Issue API key"
        action="Issue key"
        onSubmit={(form) =>
          act(
            "issue the key",
            () =>
              api.POST("/api/v1/api-keys", {
                body: { name: typed(form, "name") ?? "", scopes: form.getAll("scopes") as Scope[] },
              }),
            setIssued,
          )
        }
      >
        <TextInput
          name="name"
          label="Name"
          description="What uses it, and where."
          required
          autoComplete="off"
          data-autofocus
        />
        <Checkbox.Group
          label="Scopes"
          description="Give as little as the program needs. The key is refused while your account is locked, disabled or gone."
        >
          {scopes.map(({ scope, text }) => (
            <Checkbox key={scope} mt="xs" name="scopes" value={scope} label={text} />
          ))}
        </Checkbox.Group>
      </FormDialog>
      <ShownOnceDialog
        title={`The key for ${issued?.name}`}
        label="API key"
        secret={issued?.key ?? null}
        once="Shown now and never again: only a hash is kept. Put it where the program reads it, not into a chat."
        onDone={() => setIssued(null)}
      />
      <ConfirmDialog
        opened={revoking !== null}
        onClose={() => setRevoking(null)}
        title={`Revoke the key ${revoking?.name}?`}
        action="Revoke key"
        dangerous
        onConfirm={() =>
          act("revoke the key", () =>
            api.DELETE("/api/v1/api-keys/{id}", { params: { path: { id: revoking?.id ?? "" } } }),
          )
        }
      >
        <p>Whatever uses it is refused from now on. This cannot be taken back; issue another key instead.</p>
      </ConfirmDialog>
    </>
  );
}
