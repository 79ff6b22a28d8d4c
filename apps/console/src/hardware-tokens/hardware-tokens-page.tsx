import type { Schema } from "@holdfast/api-client/client";
import { ConfirmDialog } from "@holdfast/ui/confirm-dialog";
import { type Column, DataTable } from "@holdfast/ui/data-table";
import { None, PageHeader, Panel, Toolbar } from "@holdfast/ui/page";
import { RelativeTime } from "@holdfast/ui/relative-time";
import { StateBadge } from "@holdfast/ui/state-badge";
import { EmptyState } from "@holdfast/ui/states";
import { useToast } from "@holdfast/ui/toasts";
import { api, useAct } from "@holdfast/web-calls/calls";
import { usePagedList } from "@holdfast/web-calls/paged-list";
import { Button, Group } from "@mantine/core";
import { getRouteApi } from "@tanstack/react-router";
import Import from "lucide-react/icons/import";
import { useState } from "react";
import { useCan } from "../frame/session.ts";
import { ChoiceFilter, SearchField } from "../lists/filters.tsx";
import { UserReference } from "../lists/references.tsx";
import { GiveDialog } from "./give-dialog.tsx";
import { ImportDialog } from "./import-dialog.tsx";

type Stock = Schema<"StockView">;

const route = getRouteApi("/inside/hardware-tokens");
const states = ["free", "given", "retired"] as const;

/** Tokens that were bought: imported from their maker's file, and given to people. */
export function HardwareTokensPage() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const can = useCan();
  const [importing, setImporting] = useState(false);
  const [giving, setGiving] = useState<Stock | null>(null);
  const [removing, setRemoving] = useState<Stock | null>(null);
  const state = states.find((each) => each === search.state);
  const { rows, ...list } = usePagedList(["token-stock", search], "list the hardware tokens", (after) =>
    api.GET("/api/v1/token-stock", {
      params: {
        query: {
          limit: 50,
          ...(search.serial === undefined ? {} : { prefix: search.serial }),
          ...(state === undefined ? {} : { state }),
          ...(after === undefined ? {} : { after }),
        },
      },
    }),
  );
  const mayGive = can("users.authenticators");
  const mayImport = can("properties.token-import");
  const columns: readonly Column<Stock>[] = [
    { name: "Serial number", render: ({ serial }) => serial },
    { name: "State", render: ({ state: of }) => <StockState state={of} /> },
    { name: "Kind", render: (token) => kindText(token) },
    { name: "Maker", render: ({ maker }) => maker ?? <None /> },
    {
      name: "User",
      render: ({ user, meantFor }) =>
        user !== null ? (
          <UserReference id={user.id} name={user.userName} />
        ) : meantFor !== null ? (
          `meant for ${meantFor}`
        ) : (
          <None />
        ),
    },
    { name: "Imported", render: ({ importedAtMs }) => <RelativeTime atMs={importedAtMs} /> },
    ...(mayGive || mayImport
      ? [
          {
            name: "Action",
            render: (token: Stock) => (
              <Group gap="xs">
                {token.state === "free" && mayGive && (
                  <Button
                    variant="default"
                    size="compact-sm"
                    aria-label={`Give ${token.serial}`}
                    onClick={() => setGiving(token)}
                  >
                    Give…
                  </Button>
                )}
                {token.state !== "given" && mayImport && (
                  <Button
                    variant="default"
                    size="compact-sm"
                    aria-label={`Remove ${token.serial}`}
                    onClick={() => setRemoving(token)}
                  >
                    Remove…
                  </Button>
                )}
              </Group>
            ),
          },
        ]
      : []),
  ];
  const importButton = mayImport && (
    <Button leftSection={<Import size={17} aria-hidden="true" />} onClick={() => setImporting(true)}>
      Import tokens
    </Button>
  );
  return (
    <>
      <PageHeader
        title="Hardware tokens"
        lead="Tokens that were bought: imported from the file that came with them, then given to people by serial number."
        actions={importButton}
      />
      <Toolbar label="Filter hardware tokens">
        <SearchField
          label="Serial number begins with"
          value={search.serial}
          onSearch={(serial) => void navigate({ search: { ...search, serial }, replace: true })}
        />
        <ChoiceFilter
          label="State"
          all="All states"
          value={state}
          choices={[
            { value: "free", label: "In stock" },
            { value: "given", label: "Given" },
            { value: "retired", label: "Retired" },
          ]}
          onChoose={(value) => void navigate({ search: { ...search, state: value }, replace: true })}
        />
      </Toolbar>
      <Panel flush>
        <DataTable
          what="hardware tokens"
          columns={columns}
          rows={rows}
          rowKey={({ id }) => id}
          empty={
            <EmptyState title="No hardware token fits.">
              Makers send a CSV or PSKC file with the tokens; import it here.
            </EmptyState>
          }
          {...list}
        />
      </Panel>
      <ImportDialog opened={importing} onClose={() => setImporting(false)} />
      <GiveDialog opened={giving !== null} serial={giving?.serial} onClose={() => setGiving(null)} />
      <RemoveDialog token={removing} onClose={() => setRemoving(null)} />
    </>
  );
}

function StockState({ state }: { readonly state: Stock["state"] }) {
  if (state === "free") return <StateBadge tone="info">In stock</StateBadge>;
  if (state === "given") return <StateBadge tone="good">Given</StateBadge>;
  return <StateBadge tone="quiet">Retired</StateBadge>;
}

function kindText({ kind, digits, periodSeconds }: Stock): string {
  const every = periodSeconds === null ? "event-based" : `time-based, ${periodSeconds} s`;
  return `${every}, ${digits} digits (${kind.toUpperCase()})`;
}

function RemoveDialog({ token, onClose }: { readonly token: Stock | null; readonly onClose: () => void }) {
  const { act } = useAct();
  const toast = useToast();
  return (
    <ConfirmDialog
      opened={token !== null}
      onClose={onClose}
      title={`Remove ${token?.serial} from the stock?`}
      action="Remove"
      dangerous
      onConfirm={async () =>
        token === null
          ? null
          : act(
              "remove the token",
              () => api.DELETE("/api/v1/token-stock/{id}", { params: { path: { id: token.id } } }),
              () => toast(`${token.serial} is out of the stock.`),
            )
      }
    >
      <p>
        Nobody can be given it any more. Whoever has the maker's file can import it again; do so only with a
        token that was in nobody's hands.
      </p>
    </ConfirmDialog>
  );
}
