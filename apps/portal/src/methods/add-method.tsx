import type { Schema } from "@holdfast/api-client/client";
import { Parts } from "@holdfast/ui/page";
import { EmptyState, ProblemNote, type ProblemText } from "@holdfast/ui/states";
import { useToast } from "@holdfast/ui/toasts";
import { api, useAct } from "@holdfast/web-calls/calls";
import { enrolPasskey } from "@holdfast/web-calls/enrol-passkey";
import { Button } from "@mantine/core";
import { useState } from "react";
import { EnrolledDialog } from "./enrolled-dialog.tsx";
import { factorWords, type Kind, offered } from "./method-words.ts";
import classes from "./methods.module.css";
import { OwnAddressDialog } from "./own-address-dialog.tsx";
import { CardDialog, PinDialog } from "./typed-dialogs.tsx";

type Enrolment = Schema<"AuthenticatorEnrolment">;

/** Every way that the policy leaves to the person, one button each. `onAdded` follows what was shown once. */
export function AddMethod({
  mayEnrol,
  helpDeskContact,
  onAdded,
}: {
  readonly mayEnrol: readonly string[];
  readonly helpDeskContact: string;
  readonly onAdded?: () => void;
}) {
  const { act, busy } = useAct();
  const toast = useToast();
  const [typing, setTyping] = useState<"pin" | "card" | null>(null);
  const [proving, setProving] = useState<"sms-code" | "email-code" | null>(null);
  const [enrolled, setEnrolled] = useState<Enrolment | null>(null);
  const [problem, setProblem] = useState<ProblemText | null>(null);
  const kinds = offered.filter((kind) => mayEnrol.includes(kind));

  const added = (kind: Kind) => {
    toast(`${factorWords[kind].name}: ready.`);
    onAdded?.();
  };
  async function add(kind: Kind) {
    setProblem(null);
    if (kind === "pin" || kind === "card") return setTyping(kind);
    // A number and an address are proven by a code that is sent to them.
    if (kind === "sms-code" || kind === "email-code") return setProving(kind);
    if (kind === "passkey") {
      const refused = await enrolPasskey(
        act,
        () => api.POST("/api/v1/me/authenticators/passkey-options"),
        (body) => api.POST("/api/v1/me/authenticators/passkeys", { body }),
      );
      if (refused === null) added(kind);
      else setProblem(refused);
      return;
    }
    const refused = await act(
      "add it",
      () => api.POST("/api/v1/me/authenticators", { body: { kind } }),
      setEnrolled,
    );
    setProblem(refused);
  }
  if (kinds.length === 0) {
    return (
      <EmptyState title="Your administrators add these for you.">
        {helpDeskContact === "" ? "Ask your help desk." : `Help desk: ${helpDeskContact}`}
      </EmptyState>
    );
  }
  return (
    <Parts>
      <ProblemNote problem={problem} />
      <ul className={classes.list} aria-label="Ways to add">
        {kinds.map((kind) => (
          <li key={kind} className={classes.method}>
            <div>
              <p className={classes.name}>{factorWords[kind].name}</p>
              <p className={classes.about}>{factorWords[kind].about}</p>
            </div>
            <div className={classes.actions}>
              <Button variant="default" size="md" disabled={busy} onClick={() => void add(kind)}>
                {factorWords[kind].add}
              </Button>
            </div>
          </li>
        ))}
      </ul>
      <EnrolledDialog
        enrolment={enrolled}
        onLater={() => setEnrolled(null)}
        onDone={() => {
          const kind = enrolled?.authenticator.kind;
          setEnrolled(null);
          if (kind !== undefined) added(kind);
        }}
      />
      <PinDialog opened={typing === "pin"} onClose={() => setTyping(null)} onAdded={() => added("pin")} />
      <OwnAddressDialog kind={proving} onClose={() => setProving(null)} onAdded={added} />
      <CardDialog opened={typing === "card"} onClose={() => setTyping(null)} onAdded={() => added("card")} />
    </Parts>
  );
}
