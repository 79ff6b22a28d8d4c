import type { Schema } from "@holdfast/api-client/client";
import type { Explanation } from "@holdfast/api-client/problems";
import { Fields, FormEnd, PageHeader, Panel, Parts } from "@holdfast/ui/page";
import { ErrorState, LoadingPage, ProblemNote } from "@holdfast/ui/states";
import { useToast } from "@holdfast/ui/toasts";
import { api, useAct, useRead } from "@holdfast/web-calls/calls";
import { Button, Textarea, TextInput } from "@mantine/core";
import { type FormEvent, useState } from "react";
import { DurationField } from "../fields/duration-field.tsx";
import { useCan } from "../frame/session.ts";
import { TemporaryCodesPanel } from "./temporary-codes-panel.tsx";

type Settings = Schema<"SettingsView">;

/** What holds for the whole enterprise. */
export function SettingsPage() {
  const { data, problem, retry } = useRead(["settings"], "read the settings", () =>
    api.GET("/api/v1/settings"),
  );
  if (problem !== null) return <ErrorState problem={problem} onRetry={retry} />;
  if (data === undefined) return <LoadingPage what="the settings" />;
  return <SettingsForm settings={data} />;
}

function SettingsForm({ settings }: { readonly settings: Settings }) {
  const can = useCan();
  const toast = useToast();
  const { act, busy } = useAct();
  const [draft, setDraft] = useState(settings);
  const [problem, setProblem] = useState<Explanation | null>(null);
  const disabled = !can("properties.settings");
  const mayChangeCodes = can("properties.temporary-codes");
  /** Two rights, so two calls at most: each is made where something of its own was changed. */
  async function save(event: FormEvent) {
    event.preventDefault();
    const { temporaryCodes, version, ...others } = draft;
    let kept = version;
    const keep = (answer: Settings) => {
      kept = answer.version;
      setDraft((latest) => ({ ...latest, version: answer.version }));
    };
    const { temporaryCodes: savedCodes, version: _, ...savedOthers } = settings;
    let refused: Explanation | null = null;
    if (!disabled && differ(others, savedOthers)) {
      refused = await act(
        "save the settings",
        () => api.PATCH("/api/v1/settings", { body: { ...others, version: kept } }),
        keep,
      );
    }
    if (refused === null && mayChangeCodes && differ(temporaryCodes, savedCodes)) {
      refused = await act(
        "save the settings of temporary codes",
        () => api.PUT("/api/v1/settings/temporary-codes", { body: { temporaryCodes, version: kept } }),
        keep,
      );
    }
    setProblem(refused);
    if (refused === null) toast("The settings were saved.");
  }
  const error = (path: string) => problem?.fields[path] ?? null;
  return (
    <>
      <PageHeader title="Settings" lead="What holds for the whole enterprise." />
      <form onSubmit={(event) => void save(event)}>
        <Parts>
          <Panel title="Names" lead="What screens and authenticator apps call things.">
            <Fields>
              <TextInput
                label="Product name"
                description="On every screen, and in front of the account in authenticator apps."
                value={draft.productName}
                disabled={disabled}
                error={error("productName")}
                required
                withAsterisk={false}
                onChange={(event) => setDraft({ ...draft, productName: event.currentTarget.value })}
              />
              <TextInput
                label="Organisation"
                description="Empty: none is shown."
                value={draft.organisationName}
                disabled={disabled}
                error={error("organisationName")}
                onChange={(event) => setDraft({ ...draft, organisationName: event.currentTarget.value })}
              />
              <Textarea
                label="How to reach the help desk"
                description="The portal and refusals show it. Empty: nothing is shown."
                value={draft.helpDeskContact}
                disabled={disabled}
                error={error("helpDeskContact")}
                rows={3}
                onChange={(event) => setDraft({ ...draft, helpDeskContact: event.currentTarget.value })}
              />
            </Fields>
          </Panel>
          <Panel
            title="Console"
            lead="How long administrators stay signed in, and when they prove themselves again."
          >
            <Fields>
              <DurationField
                label="Ends when idle for"
                value={draft.consoleSession.idle}
                disabled={disabled}
                error={error("consoleSession.idle")}
                onChange={(idle) => setDraft({ ...draft, consoleSession: { ...draft.consoleSession, idle } })}
              />
              <DurationField
                label="Ends at the latest after"
                value={draft.consoleSession.longest}
                disabled={disabled}
                error={error("consoleSession.longest")}
                onChange={(longest) =>
                  setDraft({ ...draft, consoleSession: { ...draft.consoleSession, longest } })
                }
              />
              <DurationField
                label="Dangerous steps need a sign-in not older than"
                value={draft.freshSignIn}
                disabled={disabled}
                error={error("freshSignIn")}
                onChange={(freshSignIn) => setDraft({ ...draft, freshSignIn })}
              />
            </Fields>
          </Panel>
          <Panel title="Portal" lead="How long people stay signed in to self-service.">
            <Fields>
              <DurationField
                label="A portal session ends when idle for"
                value={draft.portalSession.idle}
                disabled={disabled}
                error={error("portalSession.idle")}
                onChange={(idle) => setDraft({ ...draft, portalSession: { ...draft.portalSession, idle } })}
              />
              <DurationField
                label="A portal session ends at the latest after"
                value={draft.portalSession.longest}
                disabled={disabled}
                error={error("portalSession.longest")}
                onChange={(longest) =>
                  setDraft({ ...draft, portalSession: { ...draft.portalSession, longest } })
                }
              />
            </Fields>
          </Panel>
          <TemporaryCodesPanel
            value={draft.temporaryCodes}
            saved={settings.temporaryCodes}
            disabled={!mayChangeCodes}
            error={(field) => error(`temporaryCodes.${field}`)}
            onChange={(temporaryCodes) => setDraft({ ...draft, temporaryCodes })}
          />
        </Parts>
        <ProblemNote problem={problem} />
        {(!disabled || mayChangeCodes) && (
          <FormEnd stays>
            <Button type="submit" loading={busy}>
              Save
            </Button>
          </FormEnd>
        )}
      </form>
    </>
  );
}

function differ(one: object, other: object): boolean {
  return JSON.stringify(one) !== JSON.stringify(other);
}
