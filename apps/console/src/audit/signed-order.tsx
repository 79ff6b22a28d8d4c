import type { Schema } from "@holdfast/api-client/client";
import { CopyOnce } from "@holdfast/ui/copy-once";
import { Parts, Properties, property } from "@holdfast/ui/page";
import { Button, Modal } from "@mantine/core";
import { useState } from "react";

type Event = Schema<"AuditView">;

/** Of a signed order: what was signed, and the statement for whoever wants to verify it. */
export function SignedOrder({ event }: { readonly event: Event }) {
  const [opened, setOpened] = useState(false);
  const { documentTitle, applicationName, digest, statement } = event.detail;
  if (typeof statement !== "string") return null;
  return (
    <>
      <div>{String(documentTitle)}</div>
      <Button variant="default" size="compact-sm" onClick={() => setOpened(true)}>
        Statement
      </Button>
      <Modal opened={opened} onClose={() => setOpened(false)} title="Statement of a signed order" size="lg">
        <Parts>
          <Properties
            rows={[
              property("Document", String(documentTitle)),
              property("SHA-256", String(digest)),
              property("Asked by", String(applicationName)),
            ]}
          />
          <CopyOnce label="The statement (JWS)" text={statement} />
          <CopyOnce
            label="Verify it, without any server"
            text="holdfast verify-signing order.jws --keys keys.json --document FILE"
          />
        </Parts>
      </Modal>
    </>
  );
}
