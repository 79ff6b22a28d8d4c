import type { Schema } from "@holdfast/api-client/client";
import { type Column, DataTable } from "@holdfast/ui/data-table";
import { None, PageHeader, Panel, Toolbar } from "@holdfast/ui/page";
import { StateBadge } from "@holdfast/ui/state-badge";
import { EmptyState, ProblemNote } from "@holdfast/ui/states";
import { api } from "@holdfast/web-calls/calls";
import { usePagedList } from "@holdfast/web-calls/paged-list";
import { Button } from "@mantine/core";
import { getRouteApi, Link } from "@tanstack/react-router";
import Plus from "lucide-react/icons/plus";
import { useState } from "react";
import { type ChosenUser, chooseUsers } from "../account-management/chosen-users.ts";
import { useCan } from "../frame/session.ts";
import { ChoiceFilter, SearchField } from "../lists/filters.tsx";
import { usePolicies, usePolicyName } from "../policies/use-policies.ts";
import { BulkActions } from "./bulk-actions.tsx";
import { CreateUserDialog } from "./create-user-dialog.tsx";
import { type Filters, useSelectAll } from "./use-select-all.ts";
import { UserState } from "./user-state.tsx";

type User = Schema<"UserView">;
const route = getRouteApi("/inside/users");

const nobody: ReadonlyMap<string, ChosenUser> = new Map();

/** More than these take so long that one wants to see how far it is: User Account Management shows it. */
const mostWithoutProgress = 50;

/** Everybody who signs in: found by the beginning of a name, filtered, changed one by one or many at once. */
export function UsersPage() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const can = useCan();
  const policyName = usePolicyName();
  const { data: policies } = usePolicies();
  const [creating, setCreating] = useState(false);
  const [selected, setSelected] = useState<ReadonlyMap<string, ChosenUser>>(nobody);
  const filter = (change: Partial<typeof search>) => {
    setSelected(nobody);
    void navigate({ search: { ...search, ...change }, replace: true });
  };
  const filters: Filters = {
    ...(search.prefix === undefined ? {} : { prefix: search.prefix }),
    ...(search.policyId === undefined ? {} : { policyId: search.policyId }),
    ...(search.status === "active" || search.status === "disabled" ? { status: search.status } : {}),
  };
  const list = usePagedList(["users", search], "list the users", (after) =>
    api.GET("/api/v1/users", {
      params: { query: { limit: 50, ...filters, ...(after === undefined ? {} : { after }) } },
    }),
  );
  const all = useSelectAll(filters, setSelected);
  const select = (ids: ReadonlySet<string>) => {
    const seen = new Map((list.rows ?? []).map((user) => [user.id, user]));
    const kept = [...ids].flatMap((id) => selected.get(id) ?? seen.get(id) ?? []);
    setSelected(new Map(kept.map(({ id, userName }) => [id, { id, userName }])));
  };
  const hasMore = list.paging.onNext !== null || list.paging.onPrevious !== null;
  const columns: readonly Column<User>[] = [
    {
      name: "User",
      render: (user) => (
        <>
          <Link to="/users/$userId" params={{ userId: user.id }}>
            {user.userName}
          </Link>
          {user.displayName !== user.userName && <div>{user.displayName}</div>}
        </>
      ),
    },
    { name: "State", render: (user) => <UserState user={user} /> },
    ...(can("properties.read")
      ? [{ name: "Policy", render: (user: User) => policyName(user.policyId) }]
      : []),
    { name: "Signs in with", render: methodsOf },
    {
      name: "Attention",
      render: ({ warnings }) =>
        warnings.length === 0 ? (
          <None />
        ) : (
          <StateBadge tone="caution">
            {warnings.length === 1 ? "1 warning" : `${warnings.length} warnings`}
          </StateBadge>
        ),
    },
  ];
  const isFiltered = Object.values(search).some((value) => value !== undefined);
  return (
    <>
      <PageHeader
        title="Users"
        lead="Who signs in, by which policy, and with what."
        actions={
          can("users.create") && (
            <Button leftSection={<Plus size={17} aria-hidden="true" />} onClick={() => setCreating(true)}>
              Create user
            </Button>
          )
        }
      />
      <Toolbar label="Filter users">
        <SearchField
          label="User name begins with"
          value={search.prefix}
          onSearch={(prefix) => filter({ prefix })}
        />
        {can("properties.read") && (
          <ChoiceFilter
            label="Policy"
            all="All policies"
            value={search.policyId}
            choices={(policies?.items ?? []).map(({ id, name }) => ({ value: id, label: name }))}
            onChoose={(policyId) => filter({ policyId })}
          />
        )}
        <ChoiceFilter
          label="State"
          all="Active and disabled"
          value={search.status}
          choices={[
            { value: "active", label: "Active" },
            { value: "disabled", label: "Disabled" },
          ]}
          onChoose={(status) => filter({ status })}
        />
      </Toolbar>
      {all.problem !== null && <ProblemNote problem={all.problem} />}
      <Panel flush>
        <DataTable
          what="users"
          columns={columns}
          rowKey={(user) => user.id}
          rowName={(user) => user.userName}
          {...list}
          {...(can("users.edit") || can("users.unlock") || can("users.push")
            ? {
                selection: {
                  selected: new Set(selected.keys()),
                  onChange: select,
                  actions: (
                    <>
                      {hasMore && !all.isWhole(selected) && (
                        <Button
                          size="compact-sm"
                          variant="default"
                          loading={all.busy}
                          onClick={() => void all.select()}
                        >
                          {isFiltered ? "Select all that match" : "Select all users"}
                        </Button>
                      )}
                      <Button
                        size="compact-sm"
                        variant="default"
                        component={Link}
                        to="/users/manage"
                        disabled={all.busy}
                        onClick={() => chooseUsers([...selected.values()])}
                      >
                        User Account Management
                      </Button>
                      {selected.size <= mostWithoutProgress && (
                        <BulkActions users={[...selected.values()]} onDone={() => setSelected(nobody)} />
                      )}
                    </>
                  ),
                },
              }
            : {})}
          empty={
            isFiltered ? (
              <EmptyState title="No user fits these filters.">
                Names are found by their beginning: “an” finds anna, not hanna.
              </EmptyState>
            ) : (
              <EmptyState
                title="There are no users yet."
                action={can("users.create") && <Button onClick={() => setCreating(true)}>Create user</Button>}
              >
                Create the first one; then give him a password and a token.
              </EmptyState>
            )
          }
        />
      </Panel>
      <CreateUserDialog opened={creating} onClose={() => setCreating(false)} />
    </>
  );
}

function methodsOf({ hasPassword, tokens }: User): string {
  const usable = tokens.filter(({ status }) => status === "enabled").length;
  const parts = [
    ...(hasPassword ? ["password"] : []),
    ...(usable === 0 ? [] : [usable === 1 ? "1 token" : `${usable} tokens`]),
  ];
  return parts.length === 0 ? "nothing yet" : parts.join(", ");
}
