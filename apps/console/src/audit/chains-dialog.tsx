import { Parts } from "@holdfast/ui/page";
import { Callout } from "@holdfast/ui/state-badge";
import { ErrorState, LoadingRows } from "@holdfast/ui/states";
import { api, useRead } from "@holdfast/web-calls/calls";
import { Button, Modal } from "@mantine/core";
import ShieldCheck from "lucide-react/icons/shield-check";
import { useState } from "react";

/** Goes through the audit's hash chains: nothing is missing, and nothing was changed. */
export function ChainsDialog() {
  const [opened, setOpened] = useState(false);
  return (
    <>
      <Button
        variant="default"
        leftSection={<ShieldCheck size={16} aria-hidden="true" />}
        onClick={() => setOpened(true)}
      >
        Check the chains
      </Button>
      <Modal opened={opened} onClose={() => setOpened(false)} title="The audit's chains">
        <Findings />
      </Modal>
    </>
  );
}

function Findings() {
  const { data, problem, retry } = useRead(["chains"], "check the chains", () =>
    api.GET("/api/v1/audit/chains"),
  );
  if (problem !== null) return <ErrorState problem={problem} onRetry={retry} />;
  if (data === undefined) return <LoadingRows rows={3} what="the chains" />;
  const broken = data.items.filter((finding) => finding.kind === "broken");
  return (
    <Parts>
      {broken.length === 0 && (
        <Callout tone="good" title="Whole">
          {data.items.length === 1 ? "One chain was" : `${data.items.length} chains were`} gone through from
          end to end: nothing is missing, and nothing was changed.
        </Callout>
      )}
      {broken.map((finding) => (
        <Callout key={finding.chain} tone="bad" title={`Broken: ${finding.chain}`}>
          At {finding.kind === "broken" ? `${finding.at}: ${finding.why}` : ""}
        </Callout>
      ))}
    </Parts>
  );
}
