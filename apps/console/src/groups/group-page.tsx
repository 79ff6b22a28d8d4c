import type { Schema } from "@holdfast/api-client/client";
import { ConfirmDialog } from "@holdfast/ui/confirm-dialog";
import { FormDialog, typed } from "@holdfast/ui/form-dialog";
import { Columns, PageHeader } from "@holdfast/ui/page";
import { ErrorState, LoadingPage } from "@holdfast/ui/states";
import { useToast } from "@holdfast/ui/toasts";
import { api, useAct, useRead } from "@holdfast/web-calls/calls";
import { Button, TextInput } from "@mantine/core";
import { getRouteApi, Link, useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { useCan } from "../frame/session.ts";
import { Members } from "./members.tsx";

const route = getRouteApi("/inside/groups/$groupId");

/** One group and its members. */
export function GroupPage() {
  const { groupId } = route.useParams();
  const {
    data: group,
    problem,
    retry,
  } = useRead(["group", groupId], "read the group", () =>
    api.GET("/api/v1/groups/{id}", { params: { path: { id: groupId } } }),
  );
  if (problem !== null) return <ErrorState problem={problem} onRetry={retry} />;
  if (group === undefined) return <LoadingPage what="the group" />;
  return (
    <>
      <PageHeader
        title={group.name}
        trail={<Link to="/groups">Groups</Link>}
        actions={<GroupActions group={group} />}
      />
      <Columns>
        <Members group={group} kind="user" />
        <Members group={group} kind="endpoint" />
      </Columns>
    </>
  );
}

function GroupActions({ group }: { readonly group: Schema<"GroupView"> }) {
  const can = useCan();
  const { act } = useAct();
  const toast = useToast();
  const navigate = useNavigate();
  const [asked, setAsked] = useState<"rename" | "delete" | null>(null);
  const params = { path: { id: group.id } };
  if (!can("properties.groups")) return null;
  return (
    <>
      <Button variant="default" onClick={() => setAsked("rename")}>
        Rename
      </Button>
      <Button variant="default" color="red" onClick={() => setAsked("delete")}>
        Delete
      </Button>
      <FormDialog
        opened={asked === "rename"}
        onClose={() => setAsked(null)}
        title={`Rename ${group.name}`}
        action="Rename"
        onSubmit={(form) =>
          act("rename the group", () =>
            api.PATCH("/api/v1/groups/{id}", { params, body: { name: typed(form, "name") ?? "" } }),
          )
        }
      >
        <TextInput
          name="name"
          label="Name"
          defaultValue={group.name}
          required
          autoComplete="off"
          data-autofocus
        />
      </FormDialog>
      <ConfirmDialog
        opened={asked === "delete"}
        onClose={() => setAsked(null)}
        title={`Delete the group ${group.name}?`}
        action="Delete group"
        dangerous
        onConfirm={() =>
          act(
            "delete the group",
            () => api.DELETE("/api/v1/groups/{id}", { params }),
            () => {
              toast(`${group.name} was deleted.`);
              void navigate({ to: "/groups" });
            },
          )
        }
      >
        <p>
          Its {group.users} users and {group.endpoints} endpoints stay; only the group goes. A group that a
          role is held to cannot be deleted.
        </p>
      </ConfirmDialog>
    </>
  );
}
