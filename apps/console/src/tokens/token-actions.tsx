import type { Schema } from "@holdfast/api-client/client";
import { ConfirmDialog } from "@holdfast/ui/confirm-dialog";
import { FirstCode } from "@holdfast/ui/first-code";
import { useToast } from "@holdfast/ui/toasts";
import { api, useAct } from "@holdfast/web-calls/calls";
import { useSession } from "@holdfast/web-calls/session";
import { Button, Modal } from "@mantine/core";
import { useState } from "react";
import { useCan } from "../frame/session.ts";
import { useFirstCode } from "./use-first-code.ts";

/** Switching a token off and on, and taking it away for good. */
export function TokenActions({ token }: { readonly token: Schema<"TokenView"> }) {
  const can = useCan();
  const isMine = useSession().user.id === token.userId;
  const { act } = useAct();
  const toast = useToast();
  const tryFirst = useFirstCode();
  const [asked, setAsked] = useState<"status" | "revoke" | "finish" | null>(null);
  const params = { path: { id: token.id } };
  const disables = token.status === "enabled";
  if (!can("users.authenticators") || isMine || token.status === "revoked") return null;
  return (
    <>
      {token.status === "pending" ? (
        <Button onClick={() => setAsked("finish")}>Type its first code</Button>
      ) : (
        <Button variant="default" onClick={() => setAsked("status")}>
          {disables ? "Disable" : "Enable"}
        </Button>
      )}
      <Button variant="default" color="red" onClick={() => setAsked("revoke")}>
        Revoke
      </Button>
      <Modal opened={asked === "finish"} onClose={() => setAsked(null)} title={`Finish ${token.label}`}>
        <FirstCode
          description="As its owner reads it now, from the app or the token. From the first right code on the token counts."
          onTry={(code) => tryFirst(token, code, () => setAsked(null))}
          onLater={() => setAsked(null)}
        />
      </Modal>
      <ConfirmDialog
        opened={asked === "status"}
        onClose={() => setAsked(null)}
        title={`${disables ? "Disable" : "Enable"} ${token.label}?`}
        action={disables ? "Disable" : "Enable"}
        onConfirm={() =>
          act(
            `${disables ? "disable" : "enable"} the token`,
            () =>
              api.PATCH("/api/v1/tokens/{id}", {
                params,
                body: { status: disables ? "disabled" : "enabled" },
              }),
            () => toast(`${token.label} is ${disables ? "disabled" : "enabled"}.`),
          )
        }
      >
        <p>
          {disables
            ? "Its codes are refused until it is enabled again. Endpoints that are away accept those they keep until they make contact."
            : "Its codes are accepted again."}
        </p>
      </ConfirmDialog>
      <ConfirmDialog
        opened={asked === "revoke"}
        onClose={() => setAsked(null)}
        title={`Revoke ${token.label}?`}
        action="Revoke token"
        dangerous
        onConfirm={() =>
          act(
            "revoke the token",
            () => api.POST("/api/v1/tokens/{id}/revocation", { params }),
            () => toast(`${token.label} is revoked.`),
          )
        }
      >
        <p>Its codes are refused for good; this cannot be taken back.</p>
        <p>
          Connected endpoints delete its codes at once. Others are shown as pending until they make contact.
        </p>
      </ConfirmDialog>
    </>
  );
}
