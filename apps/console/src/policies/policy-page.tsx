import type { Schema } from "@holdfast/api-client/client";
import type { Explanation } from "@holdfast/api-client/problems";
import { ConfirmDialog } from "@holdfast/ui/confirm-dialog";
import { Fields, FormEnd, PageHeader, Panel, Parts } from "@holdfast/ui/page";
import { Callout, StateBadge } from "@holdfast/ui/state-badge";
import { ErrorState, LoadingPage, ProblemNote } from "@holdfast/ui/states";
import { useToast } from "@holdfast/ui/toasts";
import { api, useAct, useRead } from "@holdfast/web-calls/calls";
import { Button, TextInput } from "@mantine/core";
import { getRouteApi, Link, useNavigate } from "@tanstack/react-router";
import { type FormEvent, useState } from "react";
import { useCan } from "../frame/session.ts";
import { effectOf } from "./policy-effect.ts";
import { PolicyFieldInput } from "./policy-field.tsx";
import { type PolicyDocument, policySections } from "./policy-sections.ts";

type Policy = Schema<"PolicyView">;
const route = getRouteApi("/inside/policies/$policyId");

/** One user policy: what it means in a sentence, and every setting. */
export function PolicyPage() {
  const { policyId } = route.useParams();
  const {
    data: policy,
    problem,
    retry,
  } = useRead(["policy", policyId], "read the policy", () =>
    api.GET("/api/v1/policies/{id}", { params: { path: { id: policyId } } }),
  );
  if (problem !== null) return <ErrorState problem={problem} onRetry={retry} />;
  if (policy === undefined) return <LoadingPage what="the policy" />;
  return <PolicyForm key={policy.version} policy={policy} />;
}

function PolicyForm({ policy }: { readonly policy: Policy }) {
  const can = useCan();
  const toast = useToast();
  const { act, busy } = useAct();
  const [name, setName] = useState(policy.name);
  const [draft, setDraft] = useState<PolicyDocument>(policy.document);
  const [problem, setProblem] = useState<Explanation | null>(null);
  const readOnly = !can("properties.policies");
  const { workflows: _, ...changes } = draft;
  async function save(event: FormEvent) {
    event.preventDefault();
    setProblem(
      await act(
        "change the policy",
        () =>
          api.PATCH("/api/v1/policies/{id}", {
            params: { path: { id: policy.id } },
            body: { ...(name === policy.name ? {} : { name }), changes },
          }),
        () => toast(`${name} was saved. Connected endpoints get it at once.`),
      ),
    );
  }
  const errorOf = (section: string, field: string) => problem?.fields[`changes.${section}.${field}`] ?? null;
  return (
    <>
      <PageHeader
        title={policy.name}
        trail={<Link to="/policies">User policies</Link>}
        state={policy.isDefault && <StateBadge tone="info">Default</StateBadge>}
        actions={!readOnly && !policy.isDefault && <DeletePolicy policy={policy} />}
      />
      <form onSubmit={(event) => void save(event)}>
        <Parts>
          <Callout tone="info" title="What this means">
            {effectOf(draft).map((sentence) => (
              <p key={sentence}>{sentence}</p>
            ))}
          </Callout>
          {!policy.isDefault && (
            <Panel title="Policy">
              <Fields>
                <TextInput
                  label="Name"
                  value={name}
                  disabled={readOnly}
                  required
                  withAsterisk={false}
                  onChange={(event) => setName(event.currentTarget.value)}
                />
              </Fields>
            </Panel>
          )}
          {policySections.map((section) => (
            <Panel key={section.title} title={section.title} lead={section.lead}>
              <Fields>
                {section.fields.map((field) => (
                  <PolicyFieldInput
                    key={`${field.section}.${field.field}`}
                    field={field}
                    value={settingOf(draft, field.section, field.field)}
                    disabled={readOnly}
                    error={errorOf(field.section, field.field)}
                    onChange={(value) =>
                      setDraft({
                        ...draft,
                        [field.section]: { ...draft[field.section], [field.field]: value },
                      })
                    }
                  />
                ))}
              </Fields>
            </Panel>
          ))}
          <Panel title="Workflows" lead="Which methods a sign-in takes depends on what it is for.">
            <Link to="/workflows">See and change the workflow policies</Link>
          </Panel>
        </Parts>
        <ProblemNote problem={problem} />
        {!readOnly && (
          <FormEnd stays>
            <Button
              variant="default"
              onClick={() => {
                setDraft(policy.document);
                setName(policy.name);
                setProblem(null);
              }}
            >
              Undo changes
            </Button>
            <Button type="submit" loading={busy}>
              Save policy
            </Button>
          </FormEnd>
        )}
      </form>
    </>
  );
}

function settingOf(document: PolicyDocument, section: keyof PolicyDocument, field: string): unknown {
  return (document[section] as Readonly<Record<string, unknown>>)[field];
}

function DeletePolicy({ policy }: { readonly policy: Policy }) {
  const [asked, setAsked] = useState(false);
  const { act } = useAct();
  const toast = useToast();
  const navigate = useNavigate();
  return (
    <>
      <Button variant="default" color="red" onClick={() => setAsked(true)}>
        Delete
      </Button>
      <ConfirmDialog
        opened={asked}
        onClose={() => setAsked(false)}
        title={`Delete ${policy.name}?`}
        action="Delete policy"
        dangerous
        onConfirm={() =>
          act(
            "delete the policy",
            () => api.DELETE("/api/v1/policies/{id}", { params: { path: { id: policy.id } } }),
            () => {
              toast(`${policy.name} was deleted.`);
              void navigate({ to: "/policies" });
            },
          )
        }
      >
        <p>
          It can be deleted while nobody has it: otherwise you are told how many have it, and nothing happens.
          This cannot be taken back.
        </p>
      </ConfirmDialog>
    </>
  );
}
