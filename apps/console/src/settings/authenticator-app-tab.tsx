import type { Schema } from "@holdfast/api-client/client";
import { Panel, Parts } from "@holdfast/ui/page";
import { Callout } from "@holdfast/ui/state-badge";
import { api, useRead } from "@holdfast/web-calls/calls";
import { Checkbox } from "@mantine/core";
import { phoneTypes, phoneTypeWords } from "../phones/phone-words.ts";

type AuthenticatorApp = Schema<"SettingsView">["authenticatorApp"];

type AuthenticatorAppTabProps = {
  readonly value: AuthenticatorApp;
  readonly saved: AuthenticatorApp;
  readonly disabled: boolean;
  readonly onChange: (value: AuthenticatorApp) => void;
};

/** REG-12 to REG-17: how phones are registered from now on, and what they can do then. */
export function AuthenticatorAppTab({ value, saved, disabled, onChange }: AuthenticatorAppTabProps) {
  const choose = (chosen: readonly string[]) =>
    onChange({ ...value, types: phoneTypes.filter((type) => chosen.includes(type)) });
  return (
    <Parts>
      <Panel
        title="Registration of phones"
        lead="One way at a time. A change holds at once for new registrations, in the portal and at workstations."
      >
        <Parts>
          <Checkbox
            label="Enable Online Device access"
            description="Recommended, unless phones must not connect to this server. On: a person scans one QR code, the phone keeps a secure connection, can be set up from here, and can approve sign-ins (Mobile Push). Off: a phone needs no connectivity at all; after the scan its person types the Device ID, and Mobile Push is not possible."
            checked={value.onlineAccess}
            disabled={disabled}
            onChange={(event) => onChange({ ...value, onlineAccess: event.currentTarget.checked })}
          />
          <SwitchNote from={saved.onlineAccess} to={value.onlineAccess} />
        </Parts>
      </Panel>
      <Panel title="What new phones can do" lead="Afterwards each phone has its own, on its user's page.">
        <Checkbox.Group
          value={[...value.types]}
          label="Authentication types"
          description="At least one."
          descriptionProps={{ mb: "sm" }}
          onChange={choose}
        >
          <Parts>
            {phoneTypes.map((type) => (
              <Checkbox
                key={type}
                value={type}
                label={phoneTypeWords[type].name}
                description={phoneTypeWords[type].about}
                disabled={disabled || (value.types.length === 1 && value.types[0] === type)}
              />
            ))}
          </Parts>
        </Checkbox.Group>
        {!value.onlineAccess && value.types.includes("push") && (
          <Callout tone="info">
            Phones that are registered without a connection cannot approve sign-ins. They get the other types.
          </Callout>
        )}
      </Panel>
    </Parts>
  );
}

/** What a switch changes, and for whom it changes nothing (REG-17, AMB-REG-2). */
function SwitchNote({ from, to }: { readonly from: boolean; readonly to: boolean }) {
  if (from === to) return null;
  if (to) {
    return (
      <Callout tone="info" title="Only new phones are registered online">
        Phones that were registered with an Offline QR code stay as they are and go on working. Each moves
        over when its user chooses Rescan Device in the portal; phone and profile stay the same.
      </Callout>
    );
  }
  return <StayOnline />;
}

/** How many that is, as the server counts them now. */
function StayOnline() {
  const { data } = useRead(["settings", "authenticator-app"], "count the phones", () =>
    api.GET("/api/v1/settings/authenticator-app"),
  );
  const online = data?.phones.online ?? null;
  return (
    <Callout tone={online === 0 ? "info" : "caution"} title={titleFor(online)}>
      {online !== 0 && "They keep their connection and Mobile Push, and nothing about them changes. "}
      New phones, and phones that are scanned again, are registered offline and cannot approve sign-ins.
      {online !== 0 && " To end an online phone, remove it on its user's page."}
    </Callout>
  );
}

/** Null: not known yet, or not to be known. */
function titleFor(online: number | null): string {
  if (online === null) return "Phones that are online stay online";
  if (online === 0) return "No phone is online";
  return online === 1 ? "1 phone is online and stays so" : `${online} phones are online and stay so`;
}
