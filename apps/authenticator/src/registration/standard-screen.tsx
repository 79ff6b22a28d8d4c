import { toBase64url } from "@holdfast/core/encoding/base64url";
import type { OtpauthToken } from "@holdfast/core/oath/otpauth-uri";
import { useState } from "react";
import { openScreen } from "../frame/navigation.ts";
import { Actions, Button, Facts, Note, Panel, ScreenTitle } from "../frame/parts.tsx";
import type { ScreenProps } from "../frame/screens.ts";
import { showToast } from "../frame/toasts.ts";
import type { Profile } from "../profiles/profile.ts";
import { useProfiles } from "../vault/use-vault.ts";
import { vault } from "../vault/vault.ts";
import { Nothing } from "./nothing.tsx";

/** Codes of any service, by an otpauth QR code. */
export function StandardScreen({ given }: ScreenProps) {
  const token = given as OtpauthToken | undefined;
  const [busy, setBusy] = useState(false);
  const profiles = useProfiles();
  if (token === undefined) return <Nothing />;
  const issuer = token.issuer ?? "Other";
  const secret = toBase64url(token.secret);
  const same = profiles.some(({ codes }) => codes.some((code) => code.secret === secret));
  const add = async () => {
    setBusy(true);
    await vault.put(profileOf(token, issuer, secret)).finally(() => setBusy(false));
    showToast(`${issuer} was added.`);
    openScreen("/", undefined, { replace: true });
  };
  return (
    <>
      <ScreenTitle title={same ? "This one is here already" : "Add these codes?"} />
      <Panel>
        <Facts
          rows={[
            ["Service", issuer],
            ["Account", token.account],
            [
              "Codes",
              token.kind === "totp"
                ? `${token.digits} digits, new every ${token.periodSeconds} seconds`
                : `${token.digits} digits, a new one at each press`,
            ],
          ]}
        />
      </Panel>
      {same ? (
        <Note>Its secret is the one of a profile that you have. Nothing was added.</Note>
      ) : (
        <Note>
          It gives codes and nothing else: approvals and answers to endpoints need a registration at the
          portal.
        </Note>
      )}
      <Actions>
        {!same && (
          <Button wide look="main" busy={busy} onClick={() => void add()}>
            Add
          </Button>
        )}
        <Button wide onClick={() => openScreen("/")}>
          {same ? "Show my codes" : "Cancel"}
        </Button>
      </Actions>
    </>
  );
}

function profileOf(token: OtpauthToken, issuer: string, secret: string): Profile {
  const id = crypto.randomUUID();
  const { account, kind, digits, algorithm } = token;
  const moving =
    token.kind === "totp"
      ? { periodSeconds: token.periodSeconds, counter: 0 }
      : { periodSeconds: null, counter: token.counter };
  return {
    id,
    kind: "standard",
    issuer,
    account,
    label: "",
    deviceId: null,
    types: [kind],
    codes: [{ tokenId: id, kind, secret, digits, algorithm, ...moving }],
    challengeKey: null,
    lastSyncMs: null,
    clockDriftMs: null,
    staged: null,
    notice: null,
    server: null,
  };
}
