import { NavSection, navLinkClass } from "@holdfast/ui/shell";
import { Link, type LinkProps } from "@tanstack/react-router";
import type { LucideIcon } from "lucide-react";
import AppWindow from "lucide-react/icons/app-window";
import History from "lucide-react/icons/history";
import House from "lucide-react/icons/house";
import KeyRound from "lucide-react/icons/key-round";
import MonitorSmartphone from "lucide-react/icons/monitor-smartphone";

const items: readonly {
  readonly to: NonNullable<LinkProps["to"]>;
  readonly text: string;
  readonly icon: LucideIcon;
}[] = [
  { to: "/", text: "Start", icon: House },
  { to: "/methods", text: "How I sign in", icon: KeyRound },
  { to: "/sign-ins", text: "Recent sign-ins", icon: History },
  { to: "/sessions", text: "Where I am signed in", icon: MonitorSmartphone },
  { to: "/passwords", text: "Manage Passwords", icon: AppWindow },
];

export function Navigation() {
  return (
    <NavSection>
      {items.map(({ to, text, icon: Icon }) => (
        <li key={to}>
          <Link to={to} className={navLinkClass} activeOptions={{ exact: to === "/" }}>
            <Icon size={18} aria-hidden="true" />
            <span>{text}</span>
          </Link>
        </li>
      ))}
    </NavSection>
  );
}
