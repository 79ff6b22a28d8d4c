import type { Schema } from "@holdfast/api-client/client";
import { FormDialog, typed } from "@holdfast/ui/form-dialog";
import { Columns, Panel, Parts, Properties, property } from "@holdfast/ui/page";
import { RelativeTime } from "@holdfast/ui/relative-time";
import { Callout } from "@holdfast/ui/state-badge";
import { useToast } from "@holdfast/ui/toasts";
import { api, useAct } from "@holdfast/web-calls/calls";
import { Button, NativeSelect, TextInput } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { useCan } from "../frame/session.ts";
import { GroupNames } from "../lists/group-names.tsx";
import { LockPanel } from "../lock-user/lock-panel.tsx";
import { usePolicies, usePolicyName } from "../policies/use-policies.ts";
import { TemporaryCodeSection } from "../temporary-codes/temporary-code-section.tsx";
import { UserProofing } from "./user-proofing.tsx";
import { UserRole } from "./user-role.tsx";
import { isLocked } from "./user-state.tsx";

type User = Schema<"UserView">;

/** Who it is, what holds for him, and what needs attention. */
export function UserOverview({ user }: { readonly user: User }) {
  const can = useCan();
  const policyName = usePolicyName();
  const [editing, setEditing] = useState(false);
  return (
    <Parts>
      {user.warnings.map(({ code, message }) => (
        <Callout key={code} tone="caution">
          {message}
        </Callout>
      ))}
      <LockPanel user={user} />
      <Columns>
        <Panel
          title="Person"
          actions={
            can("users.edit") && (
              <Button variant="default" size="compact-sm" onClick={() => setEditing(true)}>
                Change
              </Button>
            )
          }
        >
          <Properties
            rows={[
              property("User name", user.userName),
              property("Display name", user.displayName),
              ...(can("properties.read")
                ? [
                    property(
                      "User policy",
                      <Link to="/policies/$policyId" params={{ policyId: user.policyId }}>
                        {policyName(user.policyId)}
                      </Link>,
                    ),
                  ]
                : []),
              property(
                "Offline sign-ins at an endpoint",
                user.cacheSize === null
                  ? "as tokens and client profile say"
                  : `${user.cacheSize}, set for this user`,
              ),
              property("Groups", <GroupNames groups={user.groups} />),
              property("Created", <RelativeTime atMs={user.createdAtMs} />),
            ]}
          />
        </Panel>
        <TemporaryCodeSection user={user} />
        <Panel title="Failed attempts" lead="Counted over endpoints, console and portal together.">
          <Properties
            rows={[
              property("In a row", user.failures),
              property(
                "Locked",
                isLocked(user) ? (
                  <>
                    ends <RelativeTime atMs={user.lockedUntilMs} />
                  </>
                ) : (
                  "no"
                ),
              ),
              property(
                "Remote access",
                user.remoteAccess === null
                  ? "counted together with the others, as the policy says"
                  : `${user.remoteAccess.failures} in a row${isLocked(user.remoteAccess) ? ", locked" : ""}`,
              ),
            ]}
          />
        </Panel>
        <UserRole user={user} />
        <UserProofing user={user} />
      </Columns>
      <EditUserDialog user={user} opened={editing} onClose={() => setEditing(false)} />
    </Parts>
  );
}

type EditProps = { readonly user: User; readonly opened: boolean; readonly onClose: () => void };

function EditUserDialog({ user, opened, onClose }: EditProps) {
  const { data: policies } = usePolicies();
  const { act } = useAct();
  const toast = useToast();
  return (
    <FormDialog
      opened={opened}
      onClose={onClose}
      title={`Change ${user.userName}`}
      action="Save"
      onSubmit={(form) => {
        const cacheSize = typed(form, "cacheSize");
        return act(
          "change the user",
          () =>
            api.PATCH("/api/v1/users/{id}", {
              params: { path: { id: user.id } },
              body: {
                displayName: typed(form, "displayName") ?? user.userName,
                policyId: typed(form, "policyId") ?? user.policyId,
                cacheSize: cacheSize === undefined ? null : Number(cacheSize),
              },
            }),
          () => toast(`${user.userName} was changed.`),
        );
      }}
    >
      <TextInput name="displayName" label="Display name" defaultValue={user.displayName} data-autofocus />
      {policies !== undefined && (
        <NativeSelect
          name="policyId"
          label="User policy"
          defaultValue={user.policyId}
          data={policies.items.map(({ id, name }) => ({ value: id, label: name }))}
        />
      )}
      <TextInput
        name="cacheSize"
        type="number"
        min={1}
        max={1000}
        label="Offline sign-ins at an endpoint"
        description="Empty: as the tokens and the client profile say. The cache-size page helps to find a number."
        defaultValue={user.cacheSize ?? ""}
      />
    </FormDialog>
  );
}
