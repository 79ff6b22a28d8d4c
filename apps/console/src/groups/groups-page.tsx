import type { Schema } from "@holdfast/api-client/client";
import { type Column, DataTable } from "@holdfast/ui/data-table";
import { FormDialog, typed } from "@holdfast/ui/form-dialog";
import { PageHeader, Panel } from "@holdfast/ui/page";
import { RelativeTime } from "@holdfast/ui/relative-time";
import { EmptyState } from "@holdfast/ui/states";
import { api, useAct } from "@holdfast/web-calls/calls";
import { usePagedList } from "@holdfast/web-calls/paged-list";
import { Button, TextInput } from "@mantine/core";
import { Link, useNavigate } from "@tanstack/react-router";
import Plus from "lucide-react/icons/plus";
import { useState } from "react";
import { useCan } from "../frame/session.ts";

type Group = Schema<"GroupView">;

const columns: readonly Column<Group>[] = [
  {
    name: "Group",
    render: ({ id, name }) => (
      <Link to="/groups/$groupId" params={{ groupId: id }}>
        {name}
      </Link>
    ),
  },
  { name: "Users", align: "end", render: ({ users }) => users },
  { name: "Endpoints", align: "end", render: ({ endpoints }) => endpoints },
  { name: "Created", render: ({ createdAtMs }) => <RelativeTime atMs={createdAtMs} /> },
];

/** Groups of users and endpoints: what roles can be held to. */
export function GroupsPage() {
  const can = useCan();
  const { act } = useAct();
  const navigate = useNavigate();
  const [creating, setCreating] = useState(false);
  const list = usePagedList(["groups", "list"], "list the groups", (after) =>
    api.GET("/api/v1/groups", {
      params: { query: { limit: 50, ...(after === undefined ? {} : { after }) } },
    }),
  );
  const create = can("properties.groups") && (
    <Button leftSection={<Plus size={17} aria-hidden="true" />} onClick={() => setCreating(true)}>
      Create group
    </Button>
  );
  return (
    <>
      <PageHeader
        title="Groups"
        lead="Users and endpoints that belong together, such as a ward or a ship. A role can be held to some groups."
        actions={create}
      />
      <Panel flush>
        <DataTable
          what="groups"
          columns={columns}
          rowKey={({ id }) => id}
          {...list}
          empty={
            <EmptyState title="There are no groups yet.">
              Without groups every role reaches the whole enterprise.
            </EmptyState>
          }
        />
      </Panel>
      <FormDialog
        opened={creating}
        onClose={() => setCreating(false)}
        title="Create group"
        action="Create group"
        onSubmit={(form) =>
          act(
            "create the group",
            () => api.POST("/api/v1/groups", { body: { name: typed(form, "name") ?? "" } }),
            (group) => void navigate({ to: "/groups/$groupId", params: { groupId: group.id } }),
          )
        }
      >
        <TextInput name="name" label="Name" placeholder="Ward 7" required autoComplete="off" data-autofocus />
      </FormDialog>
    </>
  );
}
