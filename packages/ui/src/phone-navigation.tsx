import { Drawer } from "@mantine/core";
import type { ReactNode } from "react";
import classes from "./shell.module.css";

type PhoneNavigationProps = {
  readonly opened: boolean;
  readonly onClose: () => void;
  readonly brand: ReactNode;
  readonly navigation: ReactNode;
};

/** The navigation where there is no room for it beside the page. */
export function PhoneNavigation({ opened, onClose, brand, navigation }: PhoneNavigationProps) {
  return (
    <Drawer
      opened={opened}
      onClose={onClose}
      size={280}
      padding={0}
      title={<span className={classes.drawerTitle}>{brand}</span>}
      closeButtonProps={{ "aria-label": "Close the navigation" }}
      classNames={{
        content: classes.drawer ?? "",
        header: classes.drawer ?? "",
        close: classes.drawerClose ?? "",
      }}
    >
      {/* biome-ignore lint/a11y/useKeyWithClickEvents: Enter on a link is a click; this closes on the same page, too */}
      <nav aria-label="Main" className={classes.navigation} onClick={onClose}>
        {navigation}
      </nav>
    </Drawer>
  );
}
