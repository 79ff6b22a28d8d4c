import { AccountMenu } from "@holdfast/ui/account-menu";
import { api, queryClient, useAct } from "@holdfast/web-calls/calls";
import { useSession } from "@holdfast/web-calls/session";
import { Menu } from "@mantine/core";
import { useNavigate } from "@tanstack/react-router";
import KeyRound from "lucide-react/icons/key-round";
import { lazy, Suspense, useState } from "react";

/** Seldom needed, so not part of the first load. */
const PasskeyDialog = lazy(async () => ({ default: (await import("./passkey-dialog.tsx")).PasskeyDialog }));

/** Who is signed in, with which role; appearance; sign-out. */
export function AdministratorAccount() {
  const { user, role } = useSession();
  const navigate = useNavigate();
  const { act } = useAct();
  const [addingPasskey, setAddingPasskey] = useState(false);
  const signOut = async () => {
    await act("sign you out", () => api.DELETE("/api/v1/session"));
    queryClient.clear();
    await navigate({ to: "/sign-in" });
  };
  return (
    <>
      <AccountMenu
        displayName={user.displayName}
        label={`${user.userName} · ${role?.name ?? "no role"}`}
        onSignOut={signOut}
      >
        <Menu.Item
          leftSection={<KeyRound size={16} aria-hidden="true" />}
          onClick={() => setAddingPasskey(true)}
        >
          Add a passkey…
        </Menu.Item>
      </AccountMenu>
      {addingPasskey && (
        <Suspense fallback={null}>
          <PasskeyDialog opened onClose={() => setAddingPasskey(false)} />
        </Suspense>
      )}
    </>
  );
}
