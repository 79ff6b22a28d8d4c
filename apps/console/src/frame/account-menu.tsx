import { SchemeItems } from "@holdfast/ui/scheme-switch";
import { api, queryClient, useAct } from "@holdfast/web-calls/calls";
import { useSession } from "@holdfast/web-calls/session";
import { Button, Menu } from "@mantine/core";
import { useNavigate } from "@tanstack/react-router";
import ChevronDown from "lucide-react/icons/chevron-down";
import CircleUser from "lucide-react/icons/circle-user";
import KeyRound from "lucide-react/icons/key-round";
import LogOut from "lucide-react/icons/log-out";
import { lazy, Suspense, useState } from "react";

/** Seldom needed, so not part of the first load. */
const PasskeyDialog = lazy(async () => ({ default: (await import("./passkey-dialog.tsx")).PasskeyDialog }));

/** Who is signed in, with which role; appearance; sign-out. */
export function AccountMenu() {
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
      <Menu position="bottom-end" width={240}>
        <Menu.Target>
          <Button
            variant="subtle"
            color="gray"
            leftSection={<CircleUser size={18} aria-hidden="true" />}
            rightSection={<ChevronDown size={15} aria-hidden="true" />}
          >
            {user.displayName}
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Label>
            {user.userName} · {role?.name ?? "no role"}
          </Menu.Label>
          <Menu.Divider />
          <SchemeItems />
          <Menu.Divider />
          <Menu.Item
            leftSection={<KeyRound size={16} aria-hidden="true" />}
            onClick={() => setAddingPasskey(true)}
          >
            Add a passkey…
          </Menu.Item>
          <Menu.Item leftSection={<LogOut size={16} aria-hidden="true" />} onClick={() => void signOut()}>
            Sign out
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      {addingPasskey && (
        <Suspense fallback={null}>
          <PasskeyDialog opened onClose={() => setAddingPasskey(false)} />
        </Suspense>
      )}
    </>
  );
}
