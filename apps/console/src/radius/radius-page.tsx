import type { Schema } from "@holdfast/api-client/client";
import { ConfirmDialog } from "@holdfast/ui/confirm-dialog";
import { CopyOnce } from "@holdfast/ui/copy-once";
import { type Column, DataTable } from "@holdfast/ui/data-table";
import { PageHeader, Panel, Parts } from "@holdfast/ui/page";
import { RelativeTime } from "@holdfast/ui/relative-time";
import { ShownOnceDialog } from "@holdfast/ui/shown-once-dialog";
import { Callout, StateBadge } from "@holdfast/ui/state-badge";
import { EmptyState, ErrorState, LoadingPage } from "@holdfast/ui/states";
import { api, useAct, useRead } from "@holdfast/web-calls/calls";
import { Button, Group } from "@mantine/core";
import Plus from "lucide-react/icons/plus";
import { useState } from "react";
import { useCan } from "../frame/session.ts";
import { ClientDialog } from "./client-dialog.tsx";

type Client = Schema<"RadiusClientView">;
type Issued = Schema<"RadiusClientIssued">;
type Server = Schema<"RadiusServerView">;

type Open =
  | { readonly dialog: "client"; readonly client: Client | null }
  | { readonly dialog: "rotate" | "remove"; readonly client: Client }
  | { readonly dialog: "forget"; readonly server: Server };

/** Who asks for sign-ins by RADIUS, and each FreeRADIUS that speaks for them. Secrets are shown once. */
export function RadiusPage() {
  const { act } = useAct();
  const mayChange = useCan()("properties.radius");
  const [open, setOpen] = useState<Open | null>(null);
  const [issued, setIssued] = useState<Issued | null>(null);
  const { data, problem, retry } = useRead(["radius"], "read the RADIUS clients", () =>
    api.GET("/api/v1/radius"),
  );
  if (problem !== null) return <ErrorState problem={problem} onRetry={retry} />;
  if (data === undefined) return <LoadingPage what="the RADIUS clients" />;
  const close = () => setOpen(null);
  const register = mayChange && (
    <Button
      leftSection={<Plus size={17} aria-hidden="true" />}
      onClick={() => setOpen({ dialog: "client", client: null })}
    >
      Register RADIUS client
    </Button>
  );
  return (
    <>
      <PageHeader
        title="RADIUS clients"
        lead="VPN gateways and firewalls that people sign in through from outside."
        actions={register}
      />
      <Parts>
        {data.servers.some(({ outdated }) => outdated) && (
          <Callout tone="caution">
            <p>
              A FreeRADIUS does not know yet what changed here. Configure it again on its machine, then
              restart it; until then it goes by what it knew.
            </p>
          </Callout>
        )}
        <Panel title="Clients" flush>
          <DataTable
            what="RADIUS clients"
            columns={clientColumns(mayChange ? setOpen : null)}
            rows={data.clients}
            rowKey={({ id }) => id}
            problem={null}
            onRetry={retry}
            empty={
              <EmptyState title="No RADIUS client is registered.">
                Register a gateway, and enter its shared secret there.
              </EmptyState>
            }
          />
        </Panel>
        <Panel
          title="FreeRADIUS"
          lead="Answers the clients and asks this server. The whole configuration is written by one command, on its machine:"
        >
          <CopyOnce
            label="Command"
            text="holdfast admin radius configure --out /etc/holdfast/radius --group freerad"
          />
        </Panel>
        <Panel title="Configured" flush>
          <DataTable
            what="FreeRADIUS servers"
            columns={serverColumns(mayChange ? setOpen : null)}
            rows={data.servers}
            rowKey={({ id }) => id}
            problem={null}
            onRetry={retry}
            empty={<EmptyState title="No FreeRADIUS was configured yet.">Run the command above.</EmptyState>}
          />
        </Panel>
      </Parts>
      {open?.dialog === "client" && (
        <ClientDialog client={open.client} onClose={close} onIssued={setIssued} />
      )}
      <ShownOnceDialog
        title={`The shared secret of ${issued?.name}`}
        label="Shared secret"
        secret={issued?.secret ?? null}
        once="Shown now and never again. Enter it at the client; FreeRADIUS learns it when it is configured again."
        onDone={() => setIssued(null)}
      />
      <ConfirmDialog
        opened={open?.dialog === "rotate"}
        onClose={close}
        title={`Give ${nameIn(open)} another shared secret?`}
        action="Change secret"
        onConfirm={() =>
          act(
            "change the secret",
            () => api.POST("/api/v1/radius/clients/{id}/secret", { params: { path: { id: idIn(open) } } }),
            setIssued,
          )
        }
      >
        <p>
          The old one is good until every FreeRADIUS is configured again and restarted. From then on the
          client is not answered until it has the new one.
        </p>
      </ConfirmDialog>
      <ConfirmDialog
        opened={open?.dialog === "remove"}
        onClose={close}
        title={`Remove ${nameIn(open)}?`}
        action="Remove client"
        dangerous
        onConfirm={() =>
          act("remove the client", () =>
            api.DELETE("/api/v1/radius/clients/{id}", { params: { path: { id: idIn(open) } } }),
          )
        }
      >
        <p>Nobody signs in through it from now on. Sessions that it has let in go on until it ends them.</p>
      </ConfirmDialog>
      <ConfirmDialog
        opened={open?.dialog === "forget"}
        onClose={close}
        title={`Take the key of ${nameIn(open)} away?`}
        action="Take key away"
        dangerous
        onConfirm={() =>
          act("take the key away", () =>
            api.DELETE("/api/v1/radius/servers/{id}", { params: { path: { id: idIn(open) } } }),
          )
        }
      >
        <p>It answers nobody any more, whichever client asks it, until it is configured again.</p>
      </ConfirmDialog>
    </>
  );
}

function clientColumns(onOpen: ((open: Open) => void) | null): readonly Column<Client>[] {
  return [
    { name: "Client", render: ({ name }) => name },
    {
      name: "Address",
      render: ({ address, requiresMessageAuthenticator }) =>
        requiresMessageAuthenticator ? (
          address
        ) : (
          <>
            {address} <StateBadge tone="caution">May be forged</StateBadge>
          </>
        ),
    },
    {
      name: "Asks for the code",
      render: ({ prompts }) => (prompts === "challenge" ? "In a second step" : "In the same line"),
    },
    { name: "Secret of", render: ({ secretChangedAtMs }) => <RelativeTime atMs={secretChangedAtMs} /> },
    ...(onOpen === null
      ? []
      : [
          {
            name: "Action",
            render: (client: Client) => (
              <Group gap="xs">
                {(
                  [
                    ["client", "Edit"],
                    ["rotate", "New secret"],
                    ["remove", "Remove"],
                  ] as const
                ).map(([dialog, text]) => (
                  <Button
                    key={dialog}
                    variant="default"
                    size="compact-sm"
                    aria-label={`${text}: ${client.name}`}
                    onClick={() => onOpen({ dialog, client })}
                  >
                    {text}
                  </Button>
                ))}
              </Group>
            ),
          },
        ]),
  ];
}

function serverColumns(onOpen: ((open: Open) => void) | null): readonly Column<Server>[] {
  return [
    { name: "FreeRADIUS", render: ({ name }) => name },
    {
      name: "State",
      render: ({ outdated }) =>
        outdated ? (
          <StateBadge tone="caution">To be configured again</StateBadge>
        ) : (
          <StateBadge tone="good">Up to date</StateBadge>
        ),
    },
    {
      name: "Asks from",
      render: ({ certificateHash }) =>
        certificateHash === null ? "A server's own machine" : "Anywhere, by its certificate",
    },
    { name: "Configured", render: ({ configuredAtMs }) => <RelativeTime atMs={configuredAtMs} /> },
    ...(onOpen === null
      ? []
      : [
          {
            name: "Action",
            render: (server: Server) => (
              <Button
                variant="default"
                size="compact-sm"
                aria-label={`Take key away: ${server.name}`}
                onClick={() => onOpen({ dialog: "forget", server })}
              >
                Take key away
              </Button>
            ),
          },
        ]),
  ];
}

function subjectOf(open: Open | null): Client | Server | null {
  if (open === null) return null;
  return open.dialog === "forget" ? open.server : open.client;
}

function nameIn(open: Open | null): string {
  return subjectOf(open)?.name ?? "";
}

function idIn(open: Open | null): string {
  return subjectOf(open)?.id ?? "";
}
