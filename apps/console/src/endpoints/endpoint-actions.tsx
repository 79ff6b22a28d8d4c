import type { Schema } from "@holdfast/api-client/client";
import { ConfirmDialog } from "@holdfast/ui/confirm-dialog";
import { useToast } from "@holdfast/ui/toasts";
import { api, useAct } from "@holdfast/web-calls/calls";
import { Button } from "@mantine/core";
import { useState } from "react";
import { useCan } from "../frame/session.ts";

type Endpoint = Schema<"EndpointView">;

/** Whether what it reports counts, and taking it away for good. */
export function EndpointActions({ endpoint }: { readonly endpoint: Endpoint }) {
  const can = useCan();
  const [asked, setAsked] = useState<"revoke" | "trust" | null>(null);
  if (endpoint.status === "revoked") return null;
  const close = () => setAsked(null);
  return (
    <>
      {can("endpoints.edit") && (
        <Button variant="default" onClick={() => setAsked("trust")}>
          {endpoint.distrustedSinceMs === null ? "Distrust reports" : "Trust reports again"}
        </Button>
      )}
      {can("endpoints.revoke") && (
        <Button variant="default" color="red" onClick={() => setAsked("revoke")}>
          Revoke
        </Button>
      )}
      <TrustDialog endpoint={endpoint} opened={asked === "trust"} onClose={close} />
      <RevokeDialog endpoint={endpoint} opened={asked === "revoke"} onClose={close} />
    </>
  );
}

type Asked = { readonly endpoint: Endpoint; readonly opened: boolean; readonly onClose: () => void };

function TrustDialog({ endpoint, opened, onClose }: Asked) {
  const { act } = useAct();
  const toast = useToast();
  const params = { path: { id: endpoint.id } };
  if (endpoint.distrustedSinceMs !== null)
    return (
      <ConfirmDialog
        opened={opened}
        onClose={onClose}
        title={`Trust what ${endpoint.name} reports again?`}
        action="Trust reports again"
        onConfirm={() =>
          act(
            "trust the endpoint's reports again",
            () => api.DELETE("/api/v1/endpoints/{id}/distrust", { params }),
            () => toast(`What ${endpoint.name} reports counts again.`),
          )
        }
      >
        <p>
          What it reports from now on counts: sign-ins, failures, codes that were used. What it reported
          meanwhile stays without effect, in the audit.
        </p>
      </ConfirmDialog>
    );
  return (
    <ConfirmDialog
      opened={opened}
      onClose={onClose}
      title={`Distrust what ${endpoint.name} reports?`}
      action="Distrust reports"
      dangerous
      onConfirm={() =>
        act(
          "distrust the endpoint's reports",
          () => api.PUT("/api/v1/endpoints/{id}/distrust", { params }),
          () => toast(`What ${endpoint.name} reports has no effect.`),
        )
      }
    >
      <p>
        Whatever sign-ins it reports from now on are kept in the audit and have no effect: no failure counts,
        no code becomes used. Do this where somebody may have tampered with the machine.
      </p>
      <p>
        People can still sign in at {endpoint.name}, and what it reported before stays. To end that, revoke
        it.
      </p>
    </ConfirmDialog>
  );
}

function RevokeDialog({ endpoint, opened, onClose }: Asked) {
  const { act } = useAct();
  const toast = useToast();
  return (
    <ConfirmDialog
      opened={opened}
      onClose={onClose}
      title={`Revoke ${endpoint.name}?`}
      action="Revoke endpoint"
      dangerous
      onConfirm={() =>
        act(
          "revoke the endpoint",
          () => api.POST("/api/v1/endpoints/{id}/revocation", { params: { path: { id: endpoint.id } } }),
          () => toast(`${endpoint.name} is revoked.`),
        )
      }
    >
      <p>Nobody can sign in at {endpoint.name} any more, and it deletes what it holds of everybody.</p>
      <p>
        {endpoint.connected
          ? "It is connected, so this takes effect at once."
          : "It is away: until it makes contact, offline sign-ins may go on there within their limits."}{" "}
        To use the machine again it must be enrolled anew.
      </p>
    </ConfirmDialog>
  );
}
