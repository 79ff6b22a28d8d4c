import { FormDialog, typed } from "@holdfast/ui/form-dialog";
import { api, useAct } from "@holdfast/web-calls/calls";
import { TextInput } from "@mantine/core";
import { useNavigate } from "@tanstack/react-router";

/** When the server or its network will be away, and where. */
export function AnnounceDialog({
  opened,
  onClose,
}: {
  readonly opened: boolean;
  readonly onClose: () => void;
}) {
  const { act } = useAct();
  const navigate = useNavigate();
  return (
    <FormDialog
      opened={opened}
      onClose={onClose}
      title="Announce an outage"
      lead="Connected endpoints refresh within a heartbeat; others when they make contact. It is written into the audit."
      action="Announce"
      onSubmit={(form) => {
        const site = typed(form, "site");
        return act(
          "announce the outage",
          () =>
            api.POST("/api/v1/maintenance-windows", {
              body: {
                name: typed(form, "name") ?? "",
                ...(site === undefined ? {} : { site }),
                fromMs: momentOf(form, "from"),
                toMs: momentOf(form, "to"),
              },
            }),
          (window) => void navigate({ to: "/outages/$windowId", params: { windowId: window.id } }),
        );
      }}
    >
      <TextInput
        name="name"
        label="What it is"
        placeholder="Upgrade to 24.2"
        required
        autoComplete="off"
        data-autofocus
      />
      <TextInput name="site" label="Site" description="Empty: every site." autoComplete="off" />
      <TextInput name="from" type="datetime-local" label="From" required defaultValue={localMoment(24)} />
      <TextInput name="to" type="datetime-local" label="To" required defaultValue={localMoment(26)} />
    </FormDialog>
  );
}

function momentOf(form: FormData, name: string): number {
  return new Date(typed(form, name) ?? "").getTime();
}

/** A full hour so many hours from now, as a datetime-local field has it: in the reader's zone, without its name. */
function localMoment(hoursFromNow: number): string {
  const moment = new Date(Date.now() + hoursFromNow * 3_600_000);
  moment.setMinutes(-moment.getTimezoneOffset(), 0, 0);
  return moment.toISOString().slice(0, 16);
}
