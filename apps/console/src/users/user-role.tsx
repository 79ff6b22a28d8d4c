import type { Schema } from "@holdfast/api-client/client";
import { ConfirmDialog } from "@holdfast/ui/confirm-dialog";
import { FormDialog, typed } from "@holdfast/ui/form-dialog";
import { Panel, Properties, property } from "@holdfast/ui/page";
import { RelativeTime } from "@holdfast/ui/relative-time";
import { Callout } from "@holdfast/ui/state-badge";
import { useToast } from "@holdfast/ui/toasts";
import { api, useAct, useRead } from "@holdfast/web-calls/calls";
import { useSession } from "@holdfast/web-calls/session";
import { Button, NativeSelect } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { useCan } from "../frame/session.ts";

type User = Schema<"UserView">;

/** The administrator role of a user, and giving or taking it. Nobody does that for himself. */
export function UserRole({ user }: { readonly user: User }) {
  const can = useCan();
  const isMe = useSession().user.id === user.id;
  const { act } = useAct();
  const toast = useToast();
  const [asked, setAsked] = useState<"give" | "take" | null>(null);
  const role = user.role;
  const { data: administrator } = useRead(
    ["administrator", user.id],
    "read the role",
    () => api.GET("/api/v1/administrators/{id}", { params: { path: { id: user.id } } }),
    { enabled: role !== null },
  );
  const { data: roles } = useRead(
    ["roles", "choice"],
    "list the roles",
    () => api.GET("/api/v1/roles", { params: { query: { limit: 500 } } }),
    { enabled: can("properties.roles") },
  );
  const mayAssign = can("properties.roles") && !isMe;
  return (
    <Panel
      title="Administration"
      actions={
        mayAssign && (
          <>
            {role !== null && (
              <Button variant="default" size="compact-sm" onClick={() => setAsked("take")}>
                Take the role away
              </Button>
            )}
            <Button variant="default" size="compact-sm" onClick={() => setAsked("give")}>
              {role === null ? "Give a role" : "Change role"}
            </Button>
          </>
        )
      }
    >
      {role === null ? (
        <p>No role: this user cannot sign in to the console.</p>
      ) : (
        <Properties
          rows={[
            property(
              "Role",
              can("properties.read") ? (
                <Link to="/roles/$roleId" params={{ roleId: role.id }}>
                  {role.name}
                </Link>
              ) : (
                role.name
              ),
            ),
            property("Since", <RelativeTime atMs={administrator?.sinceMs ?? null} />),
          ]}
        />
      )}
      {administrator?.warnings.map(({ code, message }) => (
        <Callout key={code} tone="caution">
          {message}
        </Callout>
      ))}
      <FormDialog
        opened={asked === "give"}
        onClose={() => setAsked(null)}
        title={`A role for ${user.userName}`}
        lead="It holds from the next sign-in to the console, which takes two factors."
        action="Give role"
        onSubmit={(form) =>
          act(
            "give the role",
            () =>
              api.PUT("/api/v1/administrators/{id}", {
                params: { path: { id: user.id } },
                body: { roleId: typed(form, "roleId") ?? "" },
              }),
            (given) => toast(`${user.userName} has the role ${given.role.name}.`),
          )
        }
      >
        <NativeSelect
          name="roleId"
          label="Role"
          defaultValue={role?.id ?? roles?.items.find(({ builtIn }) => !builtIn)?.id ?? ""}
          data={(roles?.items ?? []).map(({ id, name }) => ({ value: id, label: name }))}
        />
      </FormDialog>
      <ConfirmDialog
        opened={asked === "take"}
        onClose={() => setAsked(null)}
        title={`Take the role ${role?.name} from ${user.userName}?`}
        action="Take the role away"
        dangerous
        onConfirm={() =>
          act(
            "take the role away",
            () => api.DELETE("/api/v1/administrators/{id}", { params: { path: { id: user.id } } }),
            () => toast(`${user.userName} is no administrator any more.`),
          )
        }
      >
        <p>{user.displayName} can no longer sign in to the console, and open sessions there end.</p>
        <p>Signing in at endpoints and in the portal stays as it is.</p>
      </ConfirmDialog>
    </Panel>
  );
}
