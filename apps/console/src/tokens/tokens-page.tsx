import { PageHeader, Panel, Toolbar } from "@holdfast/ui/page";
import { EmptyState } from "@holdfast/ui/states";
import { api } from "@holdfast/web-calls/calls";
import { usePagedList } from "@holdfast/web-calls/paged-list";
import { getRouteApi } from "@tanstack/react-router";
import { ChoiceFilter } from "../lists/filters.tsx";
import { TokenTable } from "./token-table.tsx";

const route = getRouteApi("/inside/tokens");
const statuses = ["enabled", "disabled", "revoked"] as const;

/** All tokens; which of them work offline is seen and filtered (OTP-15). */
export function TokensPage() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const status = statuses.find((each) => each === search.status);
  const offlineCapable =
    search.offlineCapable === "true" || search.offlineCapable === "false" ? search.offlineCapable : undefined;
  const { rows, ...list } = usePagedList(["tokens", search], "list the tokens", (after) =>
    api.GET("/api/v1/tokens", {
      params: {
        query: {
          limit: 50,
          ...(offlineCapable === undefined ? {} : { offlineCapable }),
          ...(status === undefined ? {} : { status }),
          ...(after === undefined ? {} : { after }),
        },
      },
    }),
  );
  return (
    <>
      <PageHeader
        title="Tokens"
        lead="What shows one-time codes. Event-based tokens can be cached at endpoints and so work offline."
      />
      <Toolbar label="Filter tokens">
        <ChoiceFilter
          label="Offline"
          all="All kinds"
          value={offlineCapable}
          choices={[
            { value: "true", label: "Offline-capable" },
            { value: "false", label: "Online only" },
          ]}
          onChoose={(value) => void navigate({ search: { ...search, offlineCapable: value }, replace: true })}
        />
        <ChoiceFilter
          label="State"
          all="All states"
          value={status}
          choices={[
            { value: "enabled", label: "Enabled" },
            { value: "disabled", label: "Disabled" },
            { value: "revoked", label: "Revoked" },
          ]}
          onChoose={(value) => void navigate({ search: { ...search, status: value }, replace: true })}
        />
      </Toolbar>
      <Panel flush>
        <TokenTable
          tokens={rows}
          withOwner
          {...list}
          empty={
            <EmptyState title="No token fits.">
              Tokens are added on a user's page, under authentication methods.
            </EmptyState>
          }
        />
      </Panel>
    </>
  );
}
