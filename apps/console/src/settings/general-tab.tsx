import type { Schema } from "@holdfast/api-client/client";
import { Fields, Panel, Parts } from "@holdfast/ui/page";
import { Textarea, TextInput } from "@mantine/core";
import { DurationField } from "../fields/duration-field.tsx";

type Settings = Schema<"SettingsView">;

type GeneralTabProps = {
  readonly draft: Settings;
  readonly disabled: boolean;
  readonly error: (path: string) => string | null;
  readonly onChange: (draft: Settings) => void;
};

/** Names, and how long sessions last. */
export function GeneralTab({ draft, disabled, error, onChange }: GeneralTabProps) {
  return (
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
            onChange={(event) => onChange({ ...draft, productName: event.currentTarget.value })}
          />
          <TextInput
            label="Organisation"
            description="Empty: none is shown."
            value={draft.organisationName}
            disabled={disabled}
            error={error("organisationName")}
            onChange={(event) => onChange({ ...draft, organisationName: event.currentTarget.value })}
          />
          <Textarea
            label="How to reach the help desk"
            description="The portal and refusals show it. Empty: nothing is shown."
            value={draft.helpDeskContact}
            disabled={disabled}
            error={error("helpDeskContact")}
            rows={3}
            onChange={(event) => onChange({ ...draft, helpDeskContact: event.currentTarget.value })}
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
            onChange={(idle) => onChange({ ...draft, consoleSession: { ...draft.consoleSession, idle } })}
          />
          <DurationField
            label="Ends at the latest after"
            value={draft.consoleSession.longest}
            disabled={disabled}
            error={error("consoleSession.longest")}
            onChange={(longest) =>
              onChange({ ...draft, consoleSession: { ...draft.consoleSession, longest } })
            }
          />
          <DurationField
            label="Dangerous steps need a sign-in not older than"
            value={draft.freshSignIn}
            disabled={disabled}
            error={error("freshSignIn")}
            onChange={(freshSignIn) => onChange({ ...draft, freshSignIn })}
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
            onChange={(idle) => onChange({ ...draft, portalSession: { ...draft.portalSession, idle } })}
          />
          <DurationField
            label="A portal session ends at the latest after"
            value={draft.portalSession.longest}
            disabled={disabled}
            error={error("portalSession.longest")}
            onChange={(longest) => onChange({ ...draft, portalSession: { ...draft.portalSession, longest } })}
          />
        </Fields>
      </Panel>
    </Parts>
  );
}
