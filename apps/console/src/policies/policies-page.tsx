import type { Schema } from "@holdfast/api-client/client";
import { type Column, DataTable } from "@holdfast/ui/data-table";
import { FormDialog, typed } from "@holdfast/ui/form-dialog";
import { PageHeader, Panel } from "@holdfast/ui/page";
import { StateBadge } from "@holdfast/ui/state-badge";
import { durationWords } from "@holdfast/ui/time-words.ts";
import { api, useAct } from "@holdfast/web-calls/calls";
import { usePagedList } from "@holdfast/web-calls/paged-list";
import { Button, TextInput } from "@mantine/core";
import { Link, useNavigate } from "@tanstack/react-router";
import Plus from "lucide-react/icons/plus";
import { useState } from "react";
import { useCan } from "../frame/session.ts";

type Policy = Schema<"PolicyView">;

const columns: readonly Column<Policy>[] = [
  {
    name: "Policy",
    render: ({ id, name, isDefault }) => (
      <>
        <Link to="/policies/$policyId" params={{ policyId: id }}>
          {name}
        </Link>{" "}
        {isDefault && <StateBadge tone="info">Default</StateBadge>}
      </>
    ),
  },
  {
    name: "Offline sign-in",
    render: ({ document: { offline } }) =>
      offline.enabled ? (
        <StateBadge tone="good">For {durationWords(offline.maxAge)}</StateBadge>
      ) : (
        <StateBadge tone="quiet">Not allowed</StateBadge>
      ),
  },
  {
    name: "Lockout",
    render: ({ document: { lockout } }) => `${lockout.failures} failures, ${durationWords(lockout.duration)}`,
  },
  { name: "OTP window", align: "end", render: ({ document: { hotp } }) => hotp.windowSize },
];

/** Each user has exactly one of these. */
export function PoliciesPage() {
  const can = useCan();
  const { act } = useAct();
  const navigate = useNavigate();
  const [creating, setCreating] = useState(false);
  const list = usePagedList(["policies", "list"], "list the user policies", (after) =>
    api.GET("/api/v1/policies", {
      params: { query: { limit: 50, ...(after === undefined ? {} : { after }) } },
    }),
  );
  return (
    <>
      <PageHeader
        title="User policies"
        lead="Every user has exactly one: lockout, offline limits, and what he may enrol for himself. Who has no other has the Default, which cannot be deleted."
        actions={
          can("properties.policies") && (
            <Button leftSection={<Plus size={17} aria-hidden="true" />} onClick={() => setCreating(true)}>
              New policy
            </Button>
          )
        }
      />
      <Panel flush>
        <DataTable
          what="user policies"
          columns={columns}
          rowKey={({ id }) => id}
          {...list}
          empty="No policies."
        />
      </Panel>
      <FormDialog
        opened={creating}
        onClose={() => setCreating(false)}
        title="New policy"
        lead="It begins as a copy of the Default. Later changes of the Default do not reach it."
        action="Create policy"
        onSubmit={(form) =>
          act(
            "create the policy",
            () => api.POST("/api/v1/policies", { body: { name: typed(form, "name") ?? "" } }),
            (policy) => void navigate({ to: "/policies/$policyId", params: { policyId: policy.id } }),
          )
        }
      >
        <TextInput name="name" label="Name" required autoComplete="off" data-autofocus />
      </FormDialog>
    </>
  );
}
