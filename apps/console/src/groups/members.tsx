import type { Schema } from "@holdfast/api-client/client";
import { ApiFailure, type Explanation } from "@holdfast/api-client/problems";
import { type Column, DataTable } from "@holdfast/ui/data-table";
import { FormDialog, typed } from "@holdfast/ui/form-dialog";
import { Panel } from "@holdfast/ui/page";
import { EmptyState } from "@holdfast/ui/states";
import { api, call, problemOf, useAct } from "@holdfast/web-calls/calls";
import { usePagedList } from "@holdfast/web-calls/paged-list";
import { Button, TextInput } from "@mantine/core";
import { useState } from "react";
import { useCan } from "../frame/session.ts";
import { EndpointReference, UserReference } from "../lists/references.tsx";

type Kind = "user" | "endpoint";
type Member = Schema<"MemberPage">["items"][number];
type MembersProps = { readonly group: Schema<"GroupView">; readonly kind: Kind };

const words = {
  user: { title: "Users", one: "user", name: "User name" },
  endpoint: { title: "Endpoints", one: "endpoint", name: "Name of the endpoint" },
} as const;

/** The group's users or endpoints. */
export function Members({ group, kind }: MembersProps) {
  const can = useCan();
  const { act } = useAct();
  const [adding, setAdding] = useState(false);
  const mayChange = can("properties.groups");
  const params = { path: { id: group.id } };
  const named = (ids: readonly string[]) =>
    kind === "user" ? { userIds: [...ids] } : { endpointIds: [...ids] };
  const list = usePagedList(["members", group.id, kind], "list the members", (after) =>
    api.GET("/api/v1/groups/{id}/members", {
      params: { ...params, query: { kind, limit: 50, ...(after === undefined ? {} : { after }) } },
    }),
  );
  const columns: readonly Column<Member>[] = [
    {
      name: words[kind].name,
      render: (member) =>
        kind === "user" ? <UserReference {...member} /> : <EndpointReference {...member} />,
    },
    ...(mayChange
      ? [
          {
            name: "Action",
            align: "end" as const,
            render: (member: Member) => (
              <Button
                variant="default"
                size="compact-sm"
                aria-label={`Take out ${member.name}`}
                onClick={() =>
                  void act("change the members", () =>
                    api.PATCH("/api/v1/groups/{id}/members", {
                      params,
                      body: { remove: named([member.id]) },
                    }),
                  )
                }
              >
                Take out
              </Button>
            ),
          },
        ]
      : []),
  ];
  async function add(name: string): Promise<Explanation | null> {
    try {
      const id = await idOf(kind, name);
      return await act("change the members", () =>
        api.PATCH("/api/v1/groups/{id}/members", { params, body: { add: named([id]) } }),
      );
    } catch (error) {
      return problemOf(error);
    }
  }
  return (
    <Panel
      title={words[kind].title}
      flush
      actions={
        mayChange && (
          <Button variant="default" size="compact-sm" onClick={() => setAdding(true)}>
            Add {words[kind].one}
          </Button>
        )
      }
    >
      <DataTable
        what={`${words[kind].title.toLowerCase()} of ${group.name}`}
        columns={columns}
        rowKey={({ id }) => id}
        {...list}
        empty={<EmptyState title={`No ${words[kind].title.toLowerCase()} in this group.`} />}
      />
      <FormDialog
        opened={adding}
        onClose={() => setAdding(false)}
        title={`Add a ${words[kind].one} to ${group.name}`}
        action="Add"
        onSubmit={(form) => add(typed(form, "name") ?? "")}
      >
        <TextInput
          name="name"
          label={words[kind].name}
          required
          autoComplete="off"
          spellCheck={false}
          data-autofocus
        />
      </FormDialog>
    </Panel>
  );
}

async function idOf(kind: Kind, name: string): Promise<string> {
  const found =
    kind === "user"
      ? await call("find the user", () =>
          api.GET("/api/v1/users", { params: { query: { userName: name, limit: 1 } } }),
        )
      : await call("find the endpoint", () =>
          api.GET("/api/v1/endpoints", { params: { query: { name, limit: 1 } } }),
        );
  const id = found.items[0]?.id;
  if (id !== undefined) return id;
  throw new ApiFailure({
    what: `No ${words[kind].one} is called ${name}.`,
    why: "Nothing was added.",
    next: "Type the whole name, as the list has it.",
    code: "not-found",
    fields: {},
    retryAfterSeconds: null,
  });
}
