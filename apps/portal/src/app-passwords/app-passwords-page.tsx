import type { Schema } from "@holdfast/api-client/client";
import { ConfirmDialog } from "@holdfast/ui/confirm-dialog";
import { type Column, DataTable } from "@holdfast/ui/data-table";
import { FormDialog, typed } from "@holdfast/ui/form-dialog";
import { PageHeader, Panel } from "@holdfast/ui/page";
import { RelativeTime } from "@holdfast/ui/relative-time";
import { ShownOnceDialog } from "@holdfast/ui/shown-once-dialog";
import { EmptyState } from "@holdfast/ui/states";
import { api, useAct, useRead } from "@holdfast/web-calls/calls";
import { Button, TextInput } from "@mantine/core";
import Plus from "lucide-react/icons/plus";
import { useState } from "react";

type AppPassword = Schema<"AppPasswordView">;
type Issued = Schema<"AppPasswordIssued">;

/** Passwords for single applications that cannot ask for a second factor: each shown once, each good for one. */
export function AppPasswordsPage() {
  const { act } = useAct();
  const [creating, setCreating] = useState(false);
  const [issued, setIssued] = useState<Issued | null>(null);
  const [removing, setRemoving] = useState<AppPassword | null>(null);
  const { data, problem, retry } = useRead(["me", "app-passwords"], "list your passwords", () =>
    api.GET("/api/v1/me/app-passwords"),
  );
  const columns: readonly Column<AppPassword>[] = [
    { name: "Application", render: ({ name }) => name },
    { name: "Made", render: ({ createdAtMs }) => <RelativeTime atMs={createdAtMs} /> },
    { name: "Last used", render: ({ lastUsedAtMs }) => <RelativeTime atMs={lastUsedAtMs} /> },
    {
      name: "Action",
      render: (password) => (
        <Button
          variant="default"
          size="compact-md"
          aria-label={`Remove the password for ${password.name}`}
          onClick={() => setRemoving(password)}
        >
          Remove
        </Button>
      ),
    },
  ];
  return (
    <>
      <PageHeader
        title="Manage Passwords"
        lead="For applications that cannot ask for a second factor, such as mail on an old device: a password of its own for each."
        actions={
          <Button leftSection={<Plus size={17} aria-hidden="true" />} onClick={() => setCreating(true)}>
            Add a password
          </Button>
        }
      />
      <Panel flush>
        <DataTable
          what="application passwords"
          columns={columns}
          rows={data?.items}
          rowKey={({ id }) => id}
          problem={problem}
          onRetry={retry}
          empty={
            <EmptyState title="No application has a password of its own.">
              Add one when an application asks for a password and cannot ask for a code.
            </EmptyState>
          }
        />
      </Panel>
      <FormDialog
        opened={creating}
        onClose={() => setCreating(false)}
        title="Add a password"
        action="Make the password"
        onSubmit={(form) =>
          act(
            "make the password",
            () => api.POST("/api/v1/me/app-passwords", { body: { name: typed(form, "name") ?? "" } }),
            setIssued,
          )
        }
      >
        <TextInput
          name="name"
          label="Application"
          description="So that you know later which one to remove."
          maxLength={100}
          required
          autoComplete="off"
          data-autofocus
        />
      </FormDialog>
      <ShownOnceDialog
        title={`Password for ${issued?.name}`}
        label="Password"
        secret={issued?.password ?? null}
        once="Shown now and never again. Put it into the application, nowhere else."
        onDone={() => setIssued(null)}
      />
      <ConfirmDialog
        opened={removing !== null}
        onClose={() => setRemoving(null)}
        title={`Remove the password for ${removing?.name}?`}
        action="Remove"
        dangerous
        onConfirm={() =>
          act("remove the password", () =>
            api.DELETE("/api/v1/me/app-passwords/{id}", { params: { path: { id: removing?.id ?? "" } } }),
          )
        }
      >
        <p>The application is refused from now on, until you give it another password.</p>
      </ConfirmDialog>
    </>
  );
}
