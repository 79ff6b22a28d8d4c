import type { Schema } from "@holdfast/api-client/client";
import { ConfirmDialog } from "@holdfast/ui/confirm-dialog";
import { FormDialog } from "@holdfast/ui/form-dialog";
import { useToast } from "@holdfast/ui/toasts";
import { api, useAct } from "@holdfast/web-calls/calls";
import { useSession } from "@holdfast/web-calls/session";
import { Button, Menu, PasswordInput } from "@mantine/core";
import { Link, useNavigate } from "@tanstack/react-router";
import ChevronDown from "lucide-react/icons/chevron-down";
import { useState } from "react";
import { useCan } from "../frame/session.ts";
import { LockDialog } from "../lock-user/lock-dialog.tsx";

type User = Schema<"UserView">;

/** What can be done with one person. Nobody resets or unlocks himself. */
export function UserActions({ user }: { readonly user: User }) {
  const can = useCan();
  const me = useSession().user.id;
  const navigate = useNavigate();
  const toast = useToast();
  const { act } = useAct();
  const [asked, setAsked] = useState<"password" | "status" | "lock" | "delete" | null>(null);
  const close = () => setAsked(null);
  const params = { path: { id: user.id } };
  const isMe = user.id === me;
  const disables = user.status === "active";
  const isFailing = user.failures > 0 || (user.remoteAccess?.failures ?? 0) > 0;
  const unlock = () =>
    act(
      "unlock the user",
      () => api.POST("/api/v1/users/{id}/unlock", { params }),
      () => toast(`${user.userName} is unlocked.`),
    );
  const menuIsEmpty =
    isMe || !(["users.password", "users.edit", "users.lock", "users.delete"] as const).some(can);
  return (
    <>
      {can("users.unlock") && !isMe && isFailing && <UnlockButton name={user.userName} onUnlock={unlock} />}
      {!menuIsEmpty && (
        <Menu position="bottom-end">
          <Menu.Target>
            <Button variant="default" rightSection={<ChevronDown size={15} aria-hidden="true" />}>
              Actions
            </Button>
          </Menu.Target>
          <Menu.Dropdown>
            {can("users.password") && (
              <Menu.Item onClick={() => setAsked("password")}>
                {user.hasPassword ? "Reset password…" : "Set password…"}
              </Menu.Item>
            )}
            {can("users.edit") && (
              <Menu.Item onClick={() => setAsked("status")}>{disables ? "Disable…" : "Enable…"}</Menu.Item>
            )}
            {can("users.lock") && (
              <>
                <Menu.Item component={Link} to={`/users/${user.id}/stolen`}>
                  Device stolen…
                </Menu.Item>
                <Menu.Item onClick={() => setAsked("lock")}>Lock this user…</Menu.Item>
              </>
            )}
            {can("users.delete") && (
              <Menu.Item color="red" onClick={() => setAsked("delete")}>
                Delete…
              </Menu.Item>
            )}
          </Menu.Dropdown>
        </Menu>
      )}
      <FormDialog
        opened={asked === "password"}
        onClose={close}
        title={`${user.hasPassword ? "Reset" : "Set"} the password of ${user.userName}`}
        lead="Sessions end, and offline sign-in works again after one sign-in with the new password at each endpoint."
        action={user.hasPassword ? "Reset password" : "Set password"}
        onSubmit={(form) =>
          act(
            "set the password",
            () =>
              api.PUT("/api/v1/users/{id}/password", {
                params,
                body: { password: String(form.get("password") ?? "") },
              }),
            () => toast(`${user.userName} has a new password.`),
          )
        }
      >
        <PasswordInput
          name="password"
          label="New password"
          autoComplete="new-password"
          required
          data-autofocus
        />
      </FormDialog>
      <ConfirmDialog
        opened={asked === "status"}
        onClose={close}
        title={`${disables ? "Disable" : "Enable"} ${user.userName}?`}
        action={disables ? "Disable" : "Enable"}
        dangerous={disables}
        onConfirm={() =>
          act(
            `${disables ? "disable" : "enable"} the user`,
            () =>
              api.PATCH("/api/v1/users/{id}", { params, body: { status: disables ? "disabled" : "active" } }),
            () => toast(`${user.userName} is ${disables ? "disabled" : "enabled"}.`),
          )
        }
      >
        {disables ? (
          <>
            <p>{user.displayName} can no longer sign in with anything.</p>
            <p>
              Connected endpoints delete what they hold at once. Others go on until they make contact: the
              page shows them as pending.
            </p>
          </>
        ) : (
          <p>{user.displayName} can sign in again. At each endpoint the first sign-in must be online.</p>
        )}
      </ConfirmDialog>
      <LockDialog user={user} opened={asked === "lock"} onClose={close} />
      <ConfirmDialog
        opened={asked === "delete"}
        onClose={close}
        title={`Delete ${user.userName}?`}
        action="Delete user"
        dangerous
        onConfirm={() =>
          act(
            "delete the user",
            () => api.DELETE("/api/v1/users/{id}", { params }),
            () => {
              toast(`${user.userName} was deleted.`);
              void navigate({ to: "/users" });
            },
          )
        }
      >
        <p>
          {user.displayName} is removed with all tokens and authentication methods; this cannot be taken back.
          The audit keeps what happened.
        </p>
        <p>
          Endpoints delete what they hold for this user; those without a connection do it at their next
          contact.
        </p>
      </ConfirmDialog>
    </>
  );
}

function UnlockButton({
  name,
  onUnlock,
}: {
  readonly name: string;
  readonly onUnlock: () => ReturnType<ReturnType<typeof useAct>["act"]>;
}) {
  const [asked, setAsked] = useState(false);
  return (
    <>
      <Button variant="default" onClick={() => setAsked(true)}>
        Unlock
      </Button>
      <ConfirmDialog
        opened={asked}
        onClose={() => setAsked(false)}
        title={`Unlock ${name}?`}
        action="Unlock"
        onConfirm={onUnlock}
      >
        <p>The failed attempts are forgotten, so that signing in works again at once.</p>
        <p>Find out first that it was {name} who failed: the Audit tab shows where and when.</p>
      </ConfirmDialog>
    </>
  );
}
