import type { Schema } from "@holdfast/api-client/client";
import { ConfirmDialog } from "@holdfast/ui/confirm-dialog";
import { Columns, Fields, FormEnd, PageHeader, Panel, Parts } from "@holdfast/ui/page";
import { Callout, StateBadge } from "@holdfast/ui/state-badge";
import { ErrorState, LoadingPage, ProblemNote, type ProblemText } from "@holdfast/ui/states";
import { useToast } from "@holdfast/ui/toasts";
import { api, useAct, useRead } from "@holdfast/web-calls/calls";
import { useSession } from "@holdfast/web-calls/session";
import { Button, Checkbox, Radio, TextInput } from "@mantine/core";
import { getRouteApi, Link, useNavigate } from "@tanstack/react-router";
import { type FormEvent, useState } from "react";
import { useCan } from "../frame/session.ts";
import classes from "./roles.module.css";
import { useRightSections } from "./use-rights.ts";

type Role = Schema<"RoleView">;
type Right = Role["rights"][number];
type Draft = Pick<Role, "name" | "rights" | "scope">;

const route = getRouteApi("/inside/roles/$roleId");
const newRole: Draft = { name: "", rights: [], scope: "enterprise" };

/** One role: its name, its rights by section, and whom it reaches. `/roles/new` makes one. */
export function RolePage() {
  const { roleId } = route.useParams();
  const isNew = roleId === "new";
  const {
    data: role,
    problem,
    retry,
  } = useRead(
    ["role", roleId],
    "read the role",
    () => api.GET("/api/v1/roles/{id}", { params: { path: { id: roleId } } }),
    { enabled: !isNew },
  );
  if (problem !== null) return <ErrorState problem={problem} onRetry={retry} />;
  if (isNew) return <RoleForm of={null} />;
  if (role === undefined) return <LoadingPage what="the role" />;
  return <RoleForm key={JSON.stringify(role)} of={role} />;
}

function RoleForm({ of: role }: { readonly of: Role | null }) {
  const can = useCan();
  const toast = useToast();
  const navigate = useNavigate();
  const mine = useSession().rights;
  const { act, busy } = useAct();
  const { data: sections } = useRightSections();
  const [draft, setDraft] = useState<Draft>(role ?? newRole);
  const [problem, setProblem] = useState<ProblemText | null>(null);
  const isBuiltIn = role?.builtIn ?? false;
  const readOnly = isBuiltIn || !can("properties.roles");
  async function save(event: FormEvent) {
    event.preventDefault();
    const body = { name: draft.name.trim(), rights: draft.rights, scope: draft.scope };
    setProblem(
      role === null
        ? await act(
            "create the role",
            () => api.POST("/api/v1/roles", { body }),
            (made) => {
              toast(`${made.name} was created. Give it to somebody on his page.`);
              void navigate({ to: "/roles" });
            },
          )
        : await act(
            "change the role",
            () => api.PATCH("/api/v1/roles/{id}", { params: { path: { id: role.id } }, body }),
            () => toast(`${body.name} was saved. It holds at once, for open sessions too.`),
          ),
    );
  }
  const setRights = (section: readonly Right[], chosen: readonly string[]) =>
    setDraft({
      ...draft,
      rights: [
        ...draft.rights.filter((right) => !section.includes(right)),
        ...section.filter((right) => chosen.includes(right)),
      ],
    });
  return (
    <>
      <PageHeader
        title={role?.name ?? "New role"}
        trail={<Link to="/roles">Administrator roles</Link>}
        state={isBuiltIn && <StateBadge tone="info">Built in</StateBadge>}
        actions={role !== null && !readOnly && <DeleteRole role={role} />}
      />
      <form onSubmit={(event) => void save(event)}>
        <Parts>
          {isBuiltIn && (
            <Callout tone="info">
              This role has every right, everywhere. It cannot be changed or deleted, and at least one active
              person always has it.
            </Callout>
          )}
          {!isBuiltIn && (
            <Panel title="Role">
              <Fields>
                <TextInput
                  label="Name of the role"
                  placeholder="Help desk"
                  value={draft.name}
                  disabled={readOnly}
                  required
                  withAsterisk={false}
                  autoComplete="off"
                  onChange={(event) => setDraft({ ...draft, name: event.currentTarget.value })}
                />
              </Fields>
            </Panel>
          )}
          <Columns>
            {sections?.items.map(({ section, rights }) => {
              const names = rights.map(({ right }) => right);
              return (
                <Panel key={section} title={section}>
                  <Checkbox.Group
                    aria-label={section}
                    value={draft.rights.filter((right) => names.includes(right))}
                    onChange={(chosen) => setRights(names, chosen)}
                  >
                    <div className={classes.rights}>
                      {rights.map(({ right, text }) => (
                        <Checkbox
                          key={right}
                          value={right}
                          label={text}
                          disabled={readOnly || !mine.includes(right)}
                          description={
                            readOnly || mine.includes(right)
                              ? undefined
                              : "You cannot give what you do not have."
                          }
                        />
                      ))}
                    </div>
                  </Checkbox.Group>
                  <ReadFirst section={rights} chosen={draft.rights} />
                </Panel>
              );
            })}
          </Columns>
          <ScopePanel draft={draft} readOnly={readOnly} onChange={(scope) => setDraft({ ...draft, scope })} />
        </Parts>
        <ProblemNote problem={problem} />
        {!readOnly && (
          <FormEnd stays>
            <Button variant="default" component={Link} to="/roles">
              Cancel
            </Button>
            <Button type="submit" loading={busy}>
              {role === null ? "Create role" : "Save role"}
            </Button>
          </FormEnd>
        )}
      </form>
    </>
  );
}

type SectionRights = Schema<"RightSections">["items"][number]["rights"];

/** A right to change what its role cannot find in the console is worth little. */
function ReadFirst({
  section,
  chosen,
}: {
  readonly section: SectionRights;
  readonly chosen: readonly Right[];
}) {
  const read = section.find(({ right }) => right.endsWith(".read"));
  const isOfUse = section.every(({ right }) => !chosen.includes(right));
  if (read === undefined || chosen.includes(read.right) || isOfUse) return null;
  return (
    <Callout tone="caution">
      Without "{read.text}" people with this role do not find any of it in the console.
    </Callout>
  );
}

type ScopePanelProps = {
  readonly draft: Draft;
  readonly readOnly: boolean;
  readonly onChange: (scope: Role["scope"]) => void;
};

function ScopePanel({ draft: { scope }, readOnly, onChange }: ScopePanelProps) {
  const { data: groups } = useRead(["groups", "choice"], "list the groups", () =>
    api.GET("/api/v1/groups", { params: { query: { limit: 500 } } }),
  );
  const chosen = scope === "enterprise" ? [] : scope.groupIds;
  return (
    <Panel
      title="Scope"
      lead="Whom and what the rights reach: users, endpoints, and what is told of them in the audit."
    >
      <Radio.Group
        aria-label="Scope"
        value={scope === "enterprise" ? "enterprise" : "groups"}
        onChange={(value) => onChange(value === "enterprise" ? "enterprise" : { groupIds: [] })}
      >
        <div className={classes.rights}>
          <Radio value="enterprise" label="The whole enterprise" disabled={readOnly} />
          <Radio value="groups" label="Members of these groups" disabled={readOnly} />
        </div>
      </Radio.Group>
      {scope !== "enterprise" && (
        <Checkbox.Group
          mt="md"
          label="Groups"
          value={[...chosen]}
          onChange={(groupIds) => onChange({ groupIds })}
          error={chosen.length === 0 && !readOnly ? "Choose one at least." : null}
        >
          <div className={classes.rights}>
            {groups?.items.map(({ id, name }) => (
              <Checkbox key={id} value={id} label={name} disabled={readOnly} />
            ))}
            {groups?.items.length === 0 && <Link to="/groups">There are no groups yet. Create one.</Link>}
          </div>
        </Checkbox.Group>
      )}
    </Panel>
  );
}

function DeleteRole({ role }: { readonly role: Role }) {
  const [asked, setAsked] = useState(false);
  const { act } = useAct();
  const toast = useToast();
  const navigate = useNavigate();
  return (
    <>
      <Button variant="default" color="red" onClick={() => setAsked(true)}>
        Delete
      </Button>
      <ConfirmDialog
        opened={asked}
        onClose={() => setAsked(false)}
        title={`Delete the role ${role.name}?`}
        action="Delete role"
        dangerous
        onConfirm={() =>
          act(
            "delete the role",
            () => api.DELETE("/api/v1/roles/{id}", { params: { path: { id: role.id } } }),
            () => {
              toast(`${role.name} was deleted.`);
              void navigate({ to: "/roles" });
            },
          )
        }
      >
        <p>It can be deleted while nobody has it. This cannot be taken back.</p>
      </ConfirmDialog>
    </>
  );
}
