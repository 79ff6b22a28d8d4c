import type { Schema } from "@holdfast/api-client/client";
import { type Column, DataTable } from "@holdfast/ui/data-table";
import { PageHeader, Panel } from "@holdfast/ui/page";
import { StateBadge, type Tone } from "@holdfast/ui/state-badge";
import { EmptyState } from "@holdfast/ui/states";
import { zonedTime } from "@holdfast/ui/time-words.ts";
import { Button } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import CalendarPlus from "lucide-react/icons/calendar-plus";
import { useState } from "react";
import { ActorName } from "../audit/actor-name.tsx";
import { useCan } from "../frame/session.ts";
import { AnnounceDialog } from "./announce-dialog.tsx";
import { useWindows } from "./use-windows.ts";

type Window = Schema<"MaintenanceWindowView">;

const states: Readonly<Record<Window["state"], { readonly tone: Tone; readonly text: string }>> = {
  planned: { tone: "info", text: "Planned" },
  "under-way": { tone: "caution", text: "Under way" },
  over: { tone: "quiet", text: "Over" },
  cancelled: { tone: "quiet", text: "Cancelled" },
};

export function WindowState({ state }: Pick<Window, "state">) {
  return <StateBadge tone={states[state].tone}>{states[state].text}</StateBadge>;
}

const columns: readonly Column<Window>[] = [
  {
    name: "Outage",
    render: ({ id, name }) => (
      <Link to="/outages/$windowId" params={{ windowId: id }}>
        {name}
      </Link>
    ),
  },
  { name: "State", render: ({ state }) => <WindowState state={state} /> },
  { name: "Site", render: ({ site }) => site ?? "every site" },
  { name: "From", render: ({ fromMs }) => zonedTime(fromMs) },
  { name: "To", render: ({ toMs }) => zonedTime(toMs) },
  {
    name: "Announced by",
    render: ({ announcedBy, announcedByName, announcedByPerson }) => (
      <ActorName actor={announcedBy} name={announcedByName} person={announcedByPerson} />
    ),
  },
];

/** MDA-35: outages that are planned, so that endpoints fill up before them. */
export function OutagesPage() {
  const can = useCan();
  const [announcing, setAnnouncing] = useState(false);
  const { data, problem, retry } = useWindows();
  const announce = can("endpoints.edit") && (
    <Button leftSection={<CalendarPlus size={17} aria-hidden="true" />} onClick={() => setAnnouncing(true)}>
      Announce an outage
    </Button>
  );
  return (
    <>
      <PageHeader
        title="Planned outages"
        lead="Announce maintenance some time before it. Connected endpoints refresh what they hold, and you watch who is ready."
        actions={announce}
      />
      <Panel flush>
        <DataTable
          what="planned outages"
          columns={columns}
          rows={data?.items}
          rowKey={({ id }) => id}
          problem={problem}
          onRetry={retry}
          empty={
            <EmptyState title="No outage was announced." action={announce}>
              Before an upgrade, a move or work on the network: say when, and nobody stands before a locked
              screen.
            </EmptyState>
          }
        />
      </Panel>
      <AnnounceDialog opened={announcing} onClose={() => setAnnouncing(false)} />
    </>
  );
}
