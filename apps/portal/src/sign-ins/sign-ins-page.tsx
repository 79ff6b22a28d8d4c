import type { Schema } from "@holdfast/api-client/client";
import { ConfirmDialog } from "@holdfast/ui/confirm-dialog";
import { type Column, DataTable } from "@holdfast/ui/data-table";
import { PageHeader, Panel, Parts } from "@holdfast/ui/page";
import { RelativeTime } from "@holdfast/ui/relative-time";
import { StateBadge } from "@holdfast/ui/state-badge";
import { EmptyState } from "@holdfast/ui/states";
import { api, useAct } from "@holdfast/web-calls/calls";
import { usePagedList } from "@holdfast/web-calls/paged-list";
import { Button } from "@mantine/core";
import { useRouter } from "@tanstack/react-router";
import { useState } from "react";
import { factorWords } from "../methods/method-words.ts";
import { rememberReport } from "./reported-page.tsx";

type SignIn = Schema<"OwnSignInView">;

/** What happened in one's name, and "this wasn't me". */
export function SignInsPage() {
  const { act } = useAct();
  const [reporting, setReporting] = useState<SignIn | null>(null);
  const router = useRouter();
  const list = usePagedList(["me", "sign-ins"], "list your sign-ins", (after) =>
    api.GET("/api/v1/me/sign-ins", {
      params: { query: { limit: 25, ...(after === undefined ? {} : { after }) } },
    }),
  );
  const columns: readonly Column<SignIn>[] = [
    { name: "When", render: ({ atMs }) => <RelativeTime atMs={atMs} /> },
    { name: "Where", render: (signIn) => whereOf(signIn) },
    {
      name: "What",
      render: ({ outcome, mode }) =>
        outcome === "succeeded" ? (
          <StateBadge tone="good">{mode === "offline" ? "Signed in, offline" : "Signed in"}</StateBadge>
        ) : (
          <StateBadge tone="caution">{mode === "offline" ? "Refused, offline" : "Refused"}</StateBadge>
        ),
    },
    {
      name: "With",
      render: ({ factors }) => factors.map((factor) => factorWords[factor].name).join(", ") || "—",
    },
    {
      name: "Action",
      render: (signIn) => (
        <Button variant="default" size="compact-md" onClick={() => setReporting(signIn)}>
          This wasn't me
        </Button>
      ),
    },
  ];
  return (
    <>
      <PageHeader title="Recent sign-ins" lead="Everywhere, with and without the network, newest first." />
      <Parts>
        <Panel flush>
          <DataTable
            what="sign-ins"
            columns={columns}
            rowKey={({ id }) => id}
            {...list}
            empty={<EmptyState title="Nothing yet.">Your sign-ins appear here.</EmptyState>}
          />
        </Panel>
      </Parts>
      <ConfirmDialog
        opened={reporting !== null}
        onClose={() => setReporting(null)}
        title="Was this somebody else?"
        action="It wasn't me"
        dangerous
        onConfirm={() =>
          act(
            "report this sign-in",
            () =>
              api.POST("/api/v1/me/sign-ins/{id}/report", { params: { path: { id: reporting?.id ?? "" } } }),
            (report) => {
              rememberReport(report);
              void router.navigate({ to: "/reported" });
            },
          )
        }
      >
        <p>
          Your administrators are alerted, and you are signed out everywhere but here. Then change your
          password, and call your help desk.
        </p>
      </ConfirmDialog>
    </>
  );
}

const workflows: Readonly<Record<NonNullable<SignIn["workflow"]>, string>> = {
  workstation: "A computer",
  "remote-access": "Remote access",
  "self-service": "This portal",
  administration: "The console",
  "order-signing": "Signing an order",
};

function whereOf({ where, workflow, address }: SignIn): string {
  const place = where ?? (workflow === null ? "Another program" : workflows[workflow]);
  return address === null ? place : `${place}, from ${address}`;
}
