import { Panel, Parts, Properties, property } from "@holdfast/ui/page";
import { Callout } from "@holdfast/ui/state-badge";
import { ErrorState, LoadingRows } from "@holdfast/ui/states";
import { api, useRead } from "@holdfast/web-calls/calls";
import { Button, Checkbox } from "@mantine/core";
import Download from "lucide-react/icons/download";
import { useState } from "react";

/** OTP-20: the workstation logon manager's settings as a registration file. */
export function WindowsProfile() {
  const [enabled, setEnabled] = useState(true);
  const offlineEnabled = enabled ? "true" : "false";
  const { data, problem, retry } = useRead(["wlm", enabled], "read the profile", () =>
    api.GET("/api/v1/client-profiles/wlm", { params: { query: { offlineEnabled, format: "json" } } }),
  );
  return (
    <Panel
      title="A Windows machine"
      lead="Settings of the workstation logon manager, to be imported into the registry."
    >
      {problem !== null ? (
        <ErrorState problem={problem} onRetry={retry} />
      ) : data === undefined ? (
        <LoadingRows rows={3} what="the profile" />
      ) : (
        <Parts>
          <Properties
            rows={[
              property("Server", data.serverUrl),
              property("Site", data.site),
              property("Offline sign-ins", data.offlineLogins),
            ]}
          />
          <Checkbox
            label="Offline sign-in is on at these machines"
            checked={enabled}
            onChange={(event) => setEnabled(event.currentTarget.checked)}
          />
          <Callout tone="info">{data.notice}</Callout>
          <Button
            component="a"
            href={`/api/v1/client-profiles/wlm?format=reg&offlineEnabled=${offlineEnabled}`}
            download="holdfast-wlm.reg"
            variant="default"
            leftSection={<Download size={16} aria-hidden="true" />}
          >
            Download the .reg file
          </Button>
        </Parts>
      )}
    </Panel>
  );
}
