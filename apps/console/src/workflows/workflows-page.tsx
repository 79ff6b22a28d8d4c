import type { Schema } from "@holdfast/api-client/client";
import { type Column, DataTable } from "@holdfast/ui/data-table";
import { PageHeader, Panel, Parts } from "@holdfast/ui/page";
import { StateBadge } from "@holdfast/ui/state-badge";
import { Button } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { useCan } from "../frame/session.ts";
import { usePolicies } from "../policies/use-policies.ts";
import { StepsDialog } from "./steps-dialog.tsx";
import { factorCount, stepsWords, type Workflow, workflows } from "./workflow-words.ts";

type Policy = Schema<"PolicyView">;

/** For each workflow: which methods it takes, for the users of each policy. */
export function WorkflowsPage() {
  const can = useCan();
  const { data, problem, retry } = usePolicies();
  const [editing, setEditing] = useState<{ readonly policy: Policy; readonly workflow: Workflow } | null>(
    null,
  );
  const columnsFor = (workflow: Workflow): readonly Column<Policy>[] => [
    {
      name: "User policy",
      render: ({ id, name }) => (
        <Link to="/policies/$policyId" params={{ policyId: id }}>
          {name}
        </Link>
      ),
    },
    { name: "Takes", render: ({ document }) => wordsOf(document.workflows[workflow]) },
    {
      name: "Strength",
      render: ({ document }) => {
        const steps = document.workflows[workflow];
        if (steps === null) return "—";
        const count = factorCount(steps);
        return count >= 2 ? (
          <StateBadge tone="good">Two factors</StateBadge>
        ) : (
          <StateBadge tone="caution">One factor is enough</StateBadge>
        );
      },
    },
    ...(can("properties.policies")
      ? [
          {
            name: "Action",
            render: (policy: Policy) => (
              <Button
                variant="default"
                size="compact-sm"
                aria-label={`Change for ${policy.name}`}
                onClick={() => setEditing({ policy, workflow })}
              >
                Change
              </Button>
            ),
          },
        ]
      : []),
  ];
  return (
    <>
      <PageHeader
        title="Workflow policies"
        lead="What a sign-in is for decides what it takes. Each step is answered by one of its methods."
      />
      <Parts>
        {workflows.map(({ workflow, name, lead }) => (
          <Panel key={workflow} title={name} lead={lead} flush>
            <DataTable
              what={`policies for ${name}`}
              columns={columnsFor(workflow)}
              rows={data?.items}
              rowKey={({ id }) => id}
              problem={problem}
              onRetry={retry}
              empty="No policies."
            />
          </Panel>
        ))}
      </Parts>
      {editing !== null && <StepsDialog {...editing} onClose={() => setEditing(null)} />}
    </>
  );
}

function wordsOf(steps: Policy["document"]["workflows"][Workflow]): string {
  return steps === null ? "Not used" : stepsWords(steps);
}
