import type { Schema } from "@holdfast/api-client/client";
import { ConfirmDialog } from "@holdfast/ui/confirm-dialog";
import { FormDialog, typed } from "@holdfast/ui/form-dialog";
import { Fields, Panel, Properties, property } from "@holdfast/ui/page";
import { RelativeTime } from "@holdfast/ui/relative-time";
import { Callout, StateBadge, type Tone } from "@holdfast/ui/state-badge";
import { useToast } from "@holdfast/ui/toasts";
import { api, useAct, useRead } from "@holdfast/web-calls/calls";
import { Button, Checkbox, NativeSelect, Textarea, TextInput } from "@mantine/core";
import { useState } from "react";
import { useCan } from "../frame/session.ts";

type User = Schema<"UserView">;
type View = Schema<"ProofingView">;
type Proofing = NonNullable<View["proofing"]>;

/**
 * Who vouches for a person who signs orders (TC-33): one administrator records what he saw, another confirms it. Absent
 * for whom the policy has sign none and nobody ever vouched for.
 */
export function UserProofing({ user }: { readonly user: User }) {
  const can = useCan();
  const [asked, setAsked] = useState<"record" | "confirm" | "withdraw" | null>(null);
  const { data } = useRead(["proofing", user.id], "read the identity proofing", () =>
    api.GET("/api/v1/users/{id}/proofing", { params: { path: { id: user.id } } }),
  );
  if (data === undefined || (!data.signsOrders && data.proofing === null)) return null;
  const { tone, text } = states[data.state];
  const offered = can("users.proofing");
  const close = () => setAsked(null);
  return (
    <Panel
      title="Identity proofing"
      lead="For signing orders: one administrator sees the person and the evidence, another one confirms it."
      actions={
        offered && (
          <>
            {data.confirm === null && (
              <Button size="compact-sm" onClick={() => setAsked("confirm")}>
                Confirm
              </Button>
            )}
            {(data.state === "recorded" || data.state === "confirmed") && (
              <Button variant="default" size="compact-sm" onClick={() => setAsked("withdraw")}>
                Withdraw
              </Button>
            )}
            {data.record === null && (
              <Button variant="default" size="compact-sm" onClick={() => setAsked("record")}>
                {data.state === "none" ? "Record proofing" : "Record anew"}
              </Button>
            )}
          </>
        )
      }
    >
      <Properties
        rows={[
          property("State", <StateBadge tone={tone}>{text}</StateBadge>),
          ...(data.proofing === null ? [] : rowsOf(data.proofing)),
        ]}
      />
      {offered && <Hint view={data} />}
      <RecordDialog user={user} candidates={data.candidates} opened={asked === "record"} onClose={close} />
      {data.proofing !== null && (
        <ConfirmProofing user={user} proofing={data.proofing} opened={asked === "confirm"} onClose={close} />
      )}
      <Withdraw user={user} opened={asked === "withdraw"} onClose={close} />
    </Panel>
  );
}

const states: Readonly<Record<View["state"], { readonly tone: Tone; readonly text: string }>> = {
  none: { tone: "quiet", text: "Not proofed" },
  recorded: { tone: "pending", text: "Waits for a second administrator" },
  confirmed: { tone: "good", text: "Proofed" },
  lost: { tone: "caution", text: "Lost: needed again before signing" },
};

const methods: Readonly<Record<Proofing["method"], string>> = {
  "in-person": "In person",
  "supervised-remote": "By video, supervised",
};

const ends: Readonly<Record<NonNullable<Proofing["endedWhy"]>, string>> = {
  withdrawn: "withdrawn",
  "passkey-removed": "a passkey that it vouched for was removed",
  replaced: "recorded anew",
};

function rowsOf(proofing: Proofing) {
  const { method, evidence, note, passkeys, recordedBy, confirmedBy, endedWhy, endedAtMs } = proofing;
  return [
    property("Method", methods[method]),
    property("Evidence", evidence.map(({ kind, strength }) => `${kind} (${strength})`).join(", ")),
    ...(note === "" ? [] : [property("Note", note)]),
    property("Vouches for", passkeys.map(({ label }) => label ?? "a passkey that is gone").join(", ")),
    property(
      "Recorded",
      <>
        by {nameOf(recordedBy)}, <RelativeTime atMs={proofing.recordedAtMs} />
      </>,
    ),
    ...(confirmedBy === null
      ? []
      : [
          property(
            "Confirmed",
            <>
              by {nameOf(confirmedBy)}, <RelativeTime atMs={proofing.confirmedAtMs} />
            </>,
          ),
        ]),
    ...(endedWhy === null
      ? []
      : [
          property(
            "Ended",
            <>
              {ends[endedWhy]}
              {endedAtMs !== null && (
                <>
                  , <RelativeTime atMs={endedAtMs} />
                </>
              )}
            </>,
          ),
        ]),
  ];
}

function nameOf({ userName }: Proofing["recordedBy"]): string {
  return userName ?? "an administrator who was deleted";
}

/** What stands in the way of the next step, as the server says it. */
function Hint({ view }: { readonly view: View }) {
  const why = view.state === "recorded" ? view.confirm : view.record;
  return why === null ? null : (
    <Callout tone="info">
      <p>{why}</p>
    </Callout>
  );
}

type DialogProps = { readonly user: User; readonly opened: boolean; readonly onClose: () => void };
const strengths = [
  { value: "superior", label: "superior (such as a passport, its chip read)" },
  { value: "strong", label: "strong (such as an identity card)" },
  { value: "fair", label: "fair (such as an employee card)" },
];
const pieces = [1, 2, 3] as const;

function RecordDialog({
  user,
  candidates,
  opened,
  onClose,
}: DialogProps & { readonly candidates: View["candidates"] }) {
  const { act } = useAct();
  const toast = useToast();
  return (
    <FormDialog
      opened={opened}
      onClose={onClose}
      wide
      title={`Identity proofing of ${user.displayName}`}
      lead="Say what you saw, never a document's number. It vouches for the passkeys that you choose, and for no other: have him sign in with each before your eyes. Another administrator confirms it."
      action="Record"
      onSubmit={(form) =>
        act(
          "record the proofing",
          () =>
            api.POST("/api/v1/users/{id}/proofing", {
              params: { path: { id: user.id } },
              body: {
                method: typed(form, "method") === "supervised-remote" ? "supervised-remote" : "in-person",
                evidence: pieces.flatMap((piece) => evidenceOf(form, piece)),
                authenticatorIds: form.getAll("authenticatorIds").map(String),
                note: typed(form, "note") ?? "",
              },
            }),
          () => toast(`Recorded. Another administrator confirms it now.`),
        )
      }
    >
      <NativeSelect
        name="method"
        label="How"
        data={Object.entries(methods).map(([value, label]) => ({ value, label }))}
      />
      {pieces.map((piece) => (
        <Fields key={piece}>
          <TextInput
            name={`kind-${piece}`}
            label={`Evidence ${piece}${piece === 1 ? "" : " (if any)"}`}
            placeholder="Identity card"
            required={piece === 1}
            withAsterisk={false}
          />
          <NativeSelect
            name={`strength-${piece}`}
            label={`Strength of evidence ${piece}`}
            data={strengths}
            defaultValue="strong"
          />
        </Fields>
      ))}
      <Checkbox.Group
        label="Passkeys that he showed to be his"
        description="What you do not know is left out: orders are not signed with it."
      >
        {candidates.map(({ id, label, addedAtMs }) => (
          <Checkbox
            key={id}
            mt="xs"
            name="authenticatorIds"
            value={id}
            label={
              <>
                {label}, added <RelativeTime atMs={addedAtMs} />
              </>
            }
          />
        ))}
      </Checkbox.Group>
      <Textarea name="note" label="Note" maxLength={500} autosize minRows={2} />
    </FormDialog>
  );
}

function evidenceOf(form: FormData, piece: number): Schema<"ProofingEvidence">[] {
  const kind = typed(form, `kind-${piece}`);
  const strength = typed(form, `strength-${piece}`);
  if (kind === undefined) return [];
  return [{ kind, strength: strength === "superior" || strength === "fair" ? strength : "strong" }];
}

function ConfirmProofing({ user, proofing, opened, onClose }: DialogProps & { readonly proofing: Proofing }) {
  const { act } = useAct();
  const toast = useToast();
  return (
    <ConfirmDialog
      opened={opened}
      onClose={onClose}
      title={`Confirm the identity proofing of ${user.displayName}?`}
      action="Confirm"
      onConfirm={() =>
        act(
          "confirm the proofing",
          () =>
            api.POST("/api/v1/users/{id}/proofing/confirmation", {
              params: { path: { id: user.id } },
              body: { proofingId: proofing.id },
            }),
          () => toast(`${user.displayName} can sign orders.`),
        )
      }
    >
      <p>
        {nameOf(proofing.recordedBy)} recorded:{" "}
        {proofing.evidence.map(({ kind, strength }) => `${kind} (${strength})`).join(", ")}.
      </p>
      <p>
        It vouches for {proofing.passkeys.map(({ label }) => label ?? "a passkey that is gone").join(", ")}.
      </p>
      <p>You vouch with your own name that this is the person. From then on orders can be signed.</p>
    </ConfirmDialog>
  );
}

function Withdraw({ user, opened, onClose }: DialogProps) {
  const { act } = useAct();
  const toast = useToast();
  return (
    <ConfirmDialog
      opened={opened}
      onClose={onClose}
      title={`Withdraw the identity proofing of ${user.displayName}?`}
      action="Withdraw"
      dangerous
      onConfirm={() =>
        act(
          "withdraw the proofing",
          () => api.DELETE("/api/v1/users/{id}/proofing", { params: { path: { id: user.id } } }),
          () => toast(`${user.displayName} signs no orders until proofed again.`),
        )
      }
    >
      <p>{user.displayName} signs no orders until two administrators have vouched again.</p>
      <p>What was signed before stays signed.</p>
    </ConfirmDialog>
  );
}
