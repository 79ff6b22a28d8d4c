import { NavCount, NavSection, navLinkClass } from "@holdfast/ui/shell";
import { backgroundApi, useRead } from "@holdfast/web-calls/calls";
import { Link, type LinkProps } from "@tanstack/react-router";
import type { LucideIcon } from "lucide-react";
import BellRing from "lucide-react/icons/bell-ring";
import Calculator from "lucide-react/icons/calculator";
import CalendarClock from "lucide-react/icons/calendar-clock";
import FolderTree from "lucide-react/icons/folder-tree";
import Gauge from "lucide-react/icons/gauge";
import KeyRound from "lucide-react/icons/key-round";
import ListChecks from "lucide-react/icons/list-checks";
import Monitor from "lucide-react/icons/monitor";
import Network from "lucide-react/icons/network";
import Package from "lucide-react/icons/package";
import ScrollText from "lucide-react/icons/scroll-text";
import Send from "lucide-react/icons/send";
import Settings from "lucide-react/icons/settings";
import ShieldCheck from "lucide-react/icons/shield-check";
import Smartphone from "lucide-react/icons/smartphone";
import UserCog from "lucide-react/icons/user-cog";
import Users from "lucide-react/icons/users";
import Vault from "lucide-react/icons/vault";
import { type Right, useCan } from "./session.ts";

type Item = {
  readonly to: NonNullable<LinkProps["to"]>;
  readonly text: string;
  readonly icon: LucideIcon;
  /** Shown to roles that have it. */
  readonly right: Right;
};

const sections: readonly { readonly title?: string; readonly items: readonly Item[] }[] = [
  {
    items: [
      { to: "/", text: "Dashboard", icon: Gauge, right: "users.read" },
      { to: "/outages", text: "Planned outages", icon: CalendarClock, right: "endpoints.read" },
    ],
  },
  {
    title: "People",
    items: [
      { to: "/users", text: "Users", icon: Users, right: "users.read" },
      { to: "/groups", text: "Groups", icon: FolderTree, right: "properties.read" },
      { to: "/tokens", text: "Tokens", icon: Smartphone, right: "users.read" },
      { to: "/hardware-tokens", text: "Hardware tokens", icon: Package, right: "users.read" },
      { to: "/cache-size", text: "Cache size", icon: Calculator, right: "users.read" },
    ],
  },
  {
    title: "Machines",
    items: [{ to: "/endpoints", text: "Endpoints", icon: Monitor, right: "endpoints.read" }],
  },
  {
    title: "Rules",
    items: [
      { to: "/policies", text: "User policies", icon: ShieldCheck, right: "properties.read" },
      { to: "/workflows", text: "Workflow policies", icon: ListChecks, right: "properties.read" },
      { to: "/roles", text: "Administrator roles", icon: UserCog, right: "properties.read" },
    ],
  },
  {
    title: "Records",
    items: [
      { to: "/alerts", text: "Alerts", icon: BellRing, right: "audit.read" },
      { to: "/audit", text: "Audit", icon: ScrollText, right: "audit.read" },
    ],
  },
  {
    title: "System",
    items: [
      { to: "/api-keys", text: "API keys", icon: KeyRound, right: "properties.api-keys" },
      { to: "/radius", text: "RADIUS clients", icon: Network, right: "properties.radius" },
      { to: "/senders", text: "Senders", icon: Send, right: "properties.senders" },
      { to: "/keys", text: "Keys and backup", icon: Vault, right: "properties.read" },
      { to: "/settings", text: "Global Settings", icon: Settings, right: "properties.read" },
    ],
  },
];

/** Links to what the role may see. */
export function Navigation() {
  const can = useCan();
  return sections.map(({ title, items }) => {
    const allowed = items.filter(({ right }) => can(right));
    if (allowed.length === 0) return null;
    return (
      <NavSection key={title ?? "first"} {...(title === undefined ? {} : { title })}>
        {allowed.map(({ to, text, icon: Icon }) => (
          <li key={to}>
            <Link to={to} className={navLinkClass} activeOptions={{ exact: to === "/" }}>
              <Icon size={18} strokeWidth={1.8} aria-hidden="true" />
              {text}
              {to === "/alerts" && <OpenAlerts />}
            </Link>
          </li>
        ))}
      </NavSection>
    );
  });
}

function OpenAlerts() {
  const { data } = useRead(
    ["alerts", "open", "count"],
    "count the open alerts",
    () => backgroundApi.GET("/api/v1/alerts", { params: { query: { status: "open" } } }),
    { refetchEveryMs: 30_000 },
  );
  return <NavCount count={data?.items.length ?? 0} of="open" />;
}
