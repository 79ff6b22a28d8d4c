import type { Schema } from "@holdfast/api-client/client";
import { ConfirmDialog } from "@holdfast/ui/confirm-dialog";
import { CopyOnce } from "@holdfast/ui/copy-once";
import { type Column, DataTable } from "@holdfast/ui/data-table";
import { typed } from "@holdfast/ui/form-dialog";
import { Columns, Fields, FormEnd, PageHeader, Panel, Parts } from "@holdfast/ui/page";
import { RelativeTime } from "@holdfast/ui/relative-time";
import { Callout, StateBadge } from "@holdfast/ui/state-badge";
import { ProblemNote, type ProblemText } from "@holdfast/ui/states";
import { api, useAct } from "@holdfast/web-calls/calls";
import { usePagedList } from "@holdfast/web-calls/paged-list";
import { Button, NativeSelect, TextInput } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { type FormEvent, useState } from "react";
import { useCan } from "../frame/session.ts";
import { WindowsProfile } from "./windows-profile.tsx";

type Enrolment = Schema<"EnrolmentView">;
type Issued = Schema<"EnrolmentIssued">;

/** A code for one machine, as the command to paste there; codes that are out; the profile for Windows. */
export function EnrolmentPage() {
  const can = useCan();
  return (
    <>
      <PageHeader
        title="Enrol an endpoint"
        lead="The command carries a code for one machine and the fingerprint of this server's certificate authority, so that nobody has to click through a warning."
        trail={<Link to="/endpoints">Endpoints</Link>}
      />
      <Parts>
        <Columns>
          {can("endpoints.enrol") && <IssueCode />}
          <WindowsProfile />
        </Columns>
        <CodesOut />
      </Parts>
    </>
  );
}

function IssueCode() {
  const { act, busy } = useAct();
  const [issued, setIssued] = useState<Issued | null>(null);
  const [problem, setProblem] = useState<ProblemText | null>(null);
  const [profile, setProfile] = useState<"pam" | "wlm">("pam");
  async function issue(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const site = typed(form, "site");
    setIssued(null);
    setProblem(
      await act(
        "issue the code",
        () =>
          api.POST("/api/v1/endpoint-enrolments", {
            body: {
              name: typed(form, "name") ?? "",
              ...(site === undefined ? {} : { site }),
              profile:
                profile === "wlm"
                  ? { name: "wlm" }
                  : { name: "pam", buffer: Number(typed(form, "buffer") ?? 5) },
              validFor: typed(form, "validFor") ?? "P1D",
            },
          }),
        setIssued,
      ),
    );
  }
  return (
    <Panel title="A Linux machine">
      <form onSubmit={(event) => void issue(event)}>
        <Fields>
          <TextInput
            name="name"
            label="Name of the endpoint"
            placeholder="ward-7"
            required
            autoComplete="off"
          />
          <TextInput name="site" label="Site" description="Empty: this server's own." autoComplete="off" />
          <NativeSelect
            name="validFor"
            label="The code is good for"
            defaultValue="P1D"
            data={[
              { value: "PT1H", label: "1 hour" },
              { value: "P1D", label: "1 day" },
              { value: "P7D", label: "7 days" },
            ]}
          />
          <NativeSelect
            label="Client profile"
            description={
              profile === "pam"
                ? "Offline sign-ins: the OTP window size less the buffer."
                : "Offline sign-ins: 30, unless a user or token says otherwise."
            }
            value={profile}
            onChange={(event) => setProfile(event.currentTarget.value as "pam" | "wlm")}
            data={[
              { value: "pam", label: "PAM" },
              { value: "wlm", label: "Workstation logon manager" },
            ]}
          />
          {profile === "pam" && (
            <TextInput name="buffer" type="number" min={0} max={1000} label="Buffer" defaultValue={5} />
          )}
        </Fields>
        <ProblemNote problem={problem} />
        <FormEnd>
          <Button type="submit" loading={busy}>
            Issue code
          </Button>
        </FormEnd>
      </form>
      {issued !== null && (
        <Parts>
          <Callout tone="good" title={`The code for ${issued.name} is ready`}>
            It is used up by the first machine that enrols with it, or ends{" "}
            <RelativeTime atMs={issued.expiresAtMs} />.
          </Callout>
          <CopyOnce
            label="Run this on the machine, as root"
            text={issued.command}
            once="Shown now and never again: only a hash of the code is kept."
          />
        </Parts>
      )}
    </Panel>
  );
}

function CodesOut() {
  const can = useCan();
  const { act } = useAct();
  const [ending, setEnding] = useState<Enrolment | null>(null);
  const list = usePagedList(["endpoint-enrolments"], "list the enrolment codes", (after) =>
    api.GET("/api/v1/endpoint-enrolments", {
      params: { query: { limit: 50, ...(after === undefined ? {} : { after }) } },
    }),
  );
  const columns: readonly Column<Enrolment>[] = [
    { name: "For", render: ({ name }) => name },
    { name: "Site", render: ({ site }) => site },
    { name: "State", render: (enrolment) => <EnrolmentState enrolment={enrolment} /> },
    { name: "Issued", render: ({ createdAtMs }) => <RelativeTime atMs={createdAtMs} /> },
    ...(can("endpoints.enrol")
      ? [
          {
            name: "Action",
            render: (enrolment: Enrolment) =>
              isOpen(enrolment) && (
                <Button variant="default" size="compact-sm" onClick={() => setEnding(enrolment)}>
                  End <span className="hf-hidden">the code for {enrolment.name}</span>
                </Button>
              ),
          },
        ]
      : []),
  ];
  return (
    <Panel title="Codes that were issued" flush>
      <DataTable
        what="enrolment codes"
        columns={columns}
        rowKey={({ id }) => id}
        {...list}
        empty="No code was issued yet."
      />
      <ConfirmDialog
        opened={ending !== null}
        onClose={() => setEnding(null)}
        title={`End the code for ${ending?.name}?`}
        action="End code"
        dangerous
        onConfirm={() =>
          act("end the code", () =>
            api.DELETE("/api/v1/endpoint-enrolments/{id}", { params: { path: { id: ending?.id ?? "" } } }),
          )
        }
      >
        <p>Nobody can enrol with it any more. Endpoints that are enrolled stay so.</p>
      </ConfirmDialog>
    </Panel>
  );
}

function isOpen({ usedAtMs, expiresAtMs }: Enrolment): boolean {
  return usedAtMs === null && expiresAtMs > Date.now();
}

function EnrolmentState({ enrolment }: { readonly enrolment: Enrolment }) {
  if (enrolment.usedAtMs !== null) {
    return (
      <StateBadge tone="good">
        Used <RelativeTime atMs={enrolment.usedAtMs} />
      </StateBadge>
    );
  }
  if (!isOpen(enrolment)) return <StateBadge tone="quiet">Ended</StateBadge>;
  return (
    <StateBadge tone="pending">
      Open, ends <RelativeTime atMs={enrolment.expiresAtMs} />
    </StateBadge>
  );
}
