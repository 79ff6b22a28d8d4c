import { Button, Menu } from "@mantine/core";
import ChevronDown from "lucide-react/icons/chevron-down";
import CircleUser from "lucide-react/icons/circle-user";
import LogOut from "lucide-react/icons/log-out";
import type { ReactNode } from "react";
import { SchemeItems } from "./scheme-switch.tsx";

type AccountMenuProps = {
  /** On the button. */
  readonly displayName: string;
  /** Above the items: who this is to the system. */
  readonly label: ReactNode;
  /** Items of the app's own, above "Sign out". */
  readonly children?: ReactNode;
  readonly onSignOut: () => Promise<void>;
};

/** Who is signed in; appearance; sign-out. */
export function AccountMenu({ displayName, label, children, onSignOut }: AccountMenuProps) {
  return (
    <Menu position="bottom-end" width={240}>
      <Menu.Target>
        <Button
          variant="subtle"
          color="gray"
          leftSection={<CircleUser size={18} aria-hidden="true" />}
          rightSection={<ChevronDown size={15} aria-hidden="true" />}
        >
          {displayName}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>{label}</Menu.Label>
        <Menu.Divider />
        <SchemeItems />
        <Menu.Divider />
        {children}
        <Menu.Item leftSection={<LogOut size={16} aria-hidden="true" />} onClick={() => void onSignOut()}>
          Sign out
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
