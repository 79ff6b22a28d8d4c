import { PageHeader, Toolbar } from "@holdfast/ui/page";
import { Button, Menu, TextInput } from "@mantine/core";
import { getRouteApi } from "@tanstack/react-router";
import Download from "lucide-react/icons/download";
import { useCan } from "../frame/session.ts";
import { ChoiceFilter, SearchField } from "../lists/filters.tsx";
import { type AuditFilter, AuditList } from "./audit-list.tsx";
import { ChainsDialog } from "./chains-dialog.tsx";
import { exportAudit } from "./export.ts";
import { NamedFilter } from "./named-filter.tsx";

const route = getRouteApi("/inside/audit");

const formats = [
  { format: "ocsf", text: "JSON (OCSF)" },
  { format: "cef", text: "CEF" },
  { format: "csv", text: "CSV for a spreadsheet" },
  { format: "json", text: "JSON, as the API has it" },
] as const;

/** What happened, filtered, newest first; and out of here in the formats others read (UNI-7). */
export function AuditPage() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const can = useCan();
  const change = (next: Partial<typeof search>) =>
    void navigate({ search: { ...search, ...next }, replace: true });
  const filter: AuditFilter = {
    ...(search.userId === undefined ? {} : { userId: search.userId }),
    ...(search.endpointId === undefined ? {} : { endpointId: search.endpointId }),
    ...(search.type === undefined ? {} : { type: search.type }),
    ...(search.mode === "online" || search.mode === "offline" ? { mode: search.mode } : {}),
    ...dayMs("fromMs", search.from, 0),
    ...dayMs("toMs", search.to, 86_400_000 - 1),
  };
  return (
    <>
      <PageHeader
        title="Audit"
        lead="Every sign-in and every change, in chains that show when something is missing."
        actions={
          <>
            <ChainsDialog />
            {can("audit.export") && (
              <Menu position="bottom-end">
                <Menu.Target>
                  <Button variant="default" leftSection={<Download size={16} aria-hidden="true" />}>
                    Export
                  </Button>
                </Menu.Target>
                <Menu.Dropdown>
                  <Menu.Label>What is filtered now, as</Menu.Label>
                  {formats.map(({ format, text }) => (
                    <Menu.Item key={format} component="a" href={exportAudit(filter, format)} download>
                      {text}
                    </Menu.Item>
                  ))}
                </Menu.Dropdown>
              </Menu>
            )}
          </>
        }
      />
      <Toolbar label="Filter the audit">
        <NamedFilter
          label="User name"
          kind="user"
          id={search.userId}
          onFind={(userId) => change({ userId })}
        />
        <NamedFilter
          label="Endpoint name"
          kind="endpoint"
          id={search.endpointId}
          onFind={(endpointId) => change({ endpointId })}
        />
        <SearchField label="Type of event" value={search.type} onSearch={(type) => change({ type })} />
        <ChoiceFilter
          label="Mode"
          all="Online and offline"
          value={search.mode}
          choices={[
            { value: "online", label: "Online" },
            { value: "offline", label: "Offline" },
          ]}
          onChoose={(mode) => change({ mode })}
        />
        <TextInput
          type="date"
          label="From"
          value={search.from ?? ""}
          onChange={(event) => change({ from: event.currentTarget.value || undefined })}
        />
        <TextInput
          type="date"
          label="To"
          value={search.to ?? ""}
          onChange={(event) => change({ to: event.currentTarget.value || undefined })}
        />
      </Toolbar>
      <AuditList filter={filter} />
    </>
  );
}

/** A day in the reader's zone as its first or last millisecond. */
function dayMs(name: "fromMs" | "toMs", day: string | undefined, addMs: number): AuditFilter {
  const startMs = day === undefined ? Number.NaN : new Date(`${day}T00:00:00`).getTime();
  return Number.isNaN(startMs) ? {} : { [name]: startMs + addMs };
}
