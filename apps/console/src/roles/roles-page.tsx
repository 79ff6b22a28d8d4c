import type { Schema } from "@holdfast/api-client/client";
import { type Column, DataTable } from "@holdfast/ui/data-table";
import { None, PageHeader, Panel, Parts } from "@holdfast/ui/page";
import { RelativeTime } from "@holdfast/ui/relative-time";
import { StateBadge } from "@holdfast/ui/state-badge";
import { EmptyState } from "@holdfast/ui/states";
import { api } from "@holdfast/web-calls/calls";
import { usePagedList } from "@holdfast/web-calls/paged-list";
import { Button } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import Plus from "lucide-react/icons/plus";
import { useCan } from "../frame/session.ts";
import { UserReference } from "../lists/references.tsx";

type Role = Schema<"RoleView">;
type Administrator = Schema<"AdministratorView">;

const roleColumns: readonly Column<Role>[] = [
  {
    name: "Role",
    render: ({ id, name, builtIn }) => (
      <>
        <Link to="/roles/$roleId" params={{ roleId: id }}>
          {name}
        </Link>{" "}
        {builtIn && <StateBadge tone="info">Built in</StateBadge>}
      </>
    ),
  },
  { name: "Rights", align: "end", render: ({ rights }) => rights.length },
  {
    name: "Reaches",
    render: ({ scope }) =>
      scope === "enterprise"
        ? "the whole enterprise"
        : `${scope.groupIds.length} ${scope.groupIds.length === 1 ? "group" : "groups"}`,
  },
  { name: "Administrators", align: "end", render: ({ administrators }) => administrators },
];

const administratorColumns: readonly Column<Administrator>[] = [
  {
    name: "Administrator",
    render: ({ userId, userName, displayName }) => (
      <>
        <UserReference id={userId} name={userName} />
        {displayName !== userName && <div>{displayName}</div>}
      </>
    ),
  },
  { name: "Role", render: ({ role }) => role.name },
  {
    name: "State",
    render: ({ status }) =>
      status === "active" ? (
        <StateBadge tone="good">Active</StateBadge>
      ) : (
        <StateBadge tone="quiet">Disabled</StateBadge>
      ),
  },
  { name: "Since", render: ({ sinceMs }) => <RelativeTime atMs={sinceMs} /> },
  {
    name: "Attention",
    render: ({ warnings }) =>
      warnings.length === 0 ? (
        <None />
      ) : (
        warnings.map(({ code, message }) => (
          <div key={code}>
            <StateBadge tone="caution">{message}</StateBadge>
          </div>
        ))
      ),
  },
];

/** Roles, and the people who have one. */
export function RolesPage() {
  const can = useCan();
  const roles = usePagedList(["roles"], "list the roles", (after) =>
    api.GET("/api/v1/roles", { params: { query: { limit: 50, ...(after === undefined ? {} : { after }) } } }),
  );
  const administrators = usePagedList(["administrators"], "list the administrators", (after) =>
    api.GET("/api/v1/administrators", {
      params: { query: { limit: 50, ...(after === undefined ? {} : { after }) } },
    }),
  );
  return (
    <>
      <PageHeader
        title="Administrator roles"
        lead="What an administrator may do, and for whom. Nobody gives a right that he does not have himself."
        actions={
          can("properties.roles") && (
            <Button component={Link} to="/roles/new" leftSection={<Plus size={17} aria-hidden="true" />}>
              New role
            </Button>
          )
        }
      />
      <Parts>
        <Panel title="Roles" flush>
          <DataTable
            what="administrator roles"
            columns={roleColumns}
            rowKey={({ id }) => id}
            {...roles}
            empty="No roles."
          />
        </Panel>
        <Panel title="Who has a role" lead="A role is given on the user's page." flush>
          <DataTable
            what="administrators"
            columns={administratorColumns}
            rowKey={({ userId }) => userId}
            {...administrators}
            empty={<EmptyState title="Nobody has a role yet." />}
          />
        </Panel>
      </Parts>
    </>
  );
}
