import type { Schema } from "@holdfast/api-client/client";
import { FormEnd, Panel } from "@holdfast/ui/page";
import { RelativeTime } from "@holdfast/ui/relative-time";
import { Callout } from "@holdfast/ui/state-badge";
import { ErrorState, LoadingRows, ProblemNote, type ProblemText } from "@holdfast/ui/states";
import { api, queryClient, useAct, useRead } from "@holdfast/web-calls/calls";
import { Button, Checkbox, NativeSelect } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { type FormEvent, useState } from "react";
import { factorWords } from "../policies/factor-words.ts";
import { ReasonField } from "./lock-dialog.tsx";
import classes from "./lock-user.module.css";
import { useStolenPreview, warnsOfPasswordOnly } from "./use-stolen-preview.ts";

type Method = Schema<"AuthenticatorView">;

/** A method, or a phone with everything that it does. */
type Enrolment = {
  readonly id: string;
  readonly kind: Method["kind"] | "phone";
  readonly text: string;
  readonly createdAtMs: number;
  readonly lastUsedAtMs: number | null;
};

/** What is on a stolen phone or is the stolen token. Recovery codes, PIN and card are seldom taken with it. */
const usuallyTaken: readonly Enrolment["kind"][] = [
  "phone",
  "hotp",
  "totp",
  "passkey",
  "sms-code",
  "email-code",
];

type Props = { readonly user: Schema<"UserView">; readonly onSaved: () => void };

/** The first step: enrolments to delete, staged until Save (TC-28). */
export function DeleteEnrolments({ user, onSaved }: Props) {
  const params = { path: { id: user.id } };
  const methods = useRead(["authenticators", user.id], "list the methods", () =>
    api.GET("/api/v1/users/{id}/authenticators", { params }),
  );
  const phones = useRead(["phones", user.id], "list the phones", () =>
    api.GET("/api/v1/users/{id}/phones", { params }),
  );
  for (const { data, problem, retry } of [methods, phones]) {
    if (problem !== null && data === undefined) return <ErrorState problem={problem} onRetry={retry} />;
  }
  if (methods.data === undefined || phones.data === undefined)
    return <LoadingRows what="authentication methods" />;
  const enrolments: readonly Enrolment[] = [
    ...phones.data.items.map(({ id, label, createdAtMs }) => ({
      id,
      kind: "phone" as const,
      text: `${label}: phone, with its codes and approvals`,
      createdAtMs,
      lastUsedAtMs: null,
    })),
    ...methods.data.items
      .filter(({ status }) => status !== "revoked")
      .map(({ label, ...method }) => ({
        ...method,
        text: label === factorWords[method.kind] ? label : `${label}: ${factorWords[method.kind]}`,
      })),
  ];
  return <DeleteForm user={user} enrolments={enrolments} onSaved={onSaved} />;
}

function DeleteForm({ user, enrolments, onSaved }: Props & { readonly enrolments: readonly Enrolment[] }) {
  const { act, busy } = useAct();
  const [problem, setProblem] = useState<ProblemText | null>(null);
  const [chosen, setChosen] = useState<readonly string[]>(() =>
    enrolments.filter(({ kind }) => usuallyTaken.includes(kind)).map(({ id }) => id),
  );
  const [policyId, setPolicyId] = useState("");
  const [saved, setSaved] = useState(false);
  const { data: preview } = useStolenPreview(user.id, chosen, !saved);
  async function save(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const reason = String(new FormData(event.currentTarget).get("reason") ?? "").trim();
    setProblem(
      await act(
        "delete the enrolments",
        () =>
          api.POST("/api/v1/users/{id}/stolen-device", {
            params: { path: { id: user.id } },
            body: {
              authenticatorIds: [...chosen],
              reason,
              ...(policyId === "" || !warnsOfPasswordOnly(preview) ? {} : { moveToPolicyId: policyId }),
            },
          }),
        () => {
          // What would follow is asked no more of enrolments that are gone.
          setSaved(true);
          queryClient.removeQueries({ queryKey: ["stolen-preview", user.id] });
          onSaved();
        },
      ),
    );
  }
  return (
    <form onSubmit={(event) => void save(event)}>
      <Panel
        title="Authentication Methods"
        lead="Choose what was on the phone, and the token if that was taken. Nothing happens before you save."
      >
        <Checkbox.Group label="Delete Enrollment" value={[...chosen]} onChange={setChosen}>
          <div className={classes.choices}>
            {enrolments.map(({ id, text, createdAtMs, lastUsedAtMs }) => (
              <Checkbox
                key={id}
                value={id}
                label={text}
                description={
                  <>
                    added <RelativeTime atMs={createdAtMs} />
                    {lastUsedAtMs !== null && (
                      <>
                        , last used <RelativeTime atMs={lastUsedAtMs} />
                      </>
                    )}
                  </>
                }
              />
            ))}
          </div>
        </Checkbox.Group>
        {enrolments.length === 0 && <p>{user.displayName} has none beside the password.</p>}
        <div className={classes.cautions}>
          {preview?.cautions.map(({ code, message }) => (
            <Callout key={code} tone="caution">
              <p>{message}</p>
              {code === "password-only" && preview.mayMove && preview.policies.length > 0 && (
                <NativeSelect
                  label="User policy after Save"
                  value={policyId}
                  data={[
                    { value: "", label: "Leave it as it is" },
                    ...preview.policies.map(({ id, name }) => ({ value: id, label: `Move to ${name}` })),
                  ]}
                  onChange={(event) => setPolicyId(event.currentTarget.value)}
                />
              )}
            </Callout>
          ))}
          <Callout tone="caution" title="This cannot be undone">
            A deleted enrolment does not come back, not even with the phone: it has to be enrolled again.
          </Callout>
          <Callout tone="info" title="What else ends at once">
            <p>
              Open sessions, application passwords, temporary and bypass codes, and requests that wait for an
              answer. Endpoints are told to delete what they keep for {user.userName}.
            </p>
            <p>
              The password stays. If it may be known to somebody else, reset it on the{" "}
              <Link to="/users/$userId" params={{ userId: user.id }}>
                user's page
              </Link>{" "}
              first.
            </p>
          </Callout>
        </div>
        <ReasonField />
        <ProblemNote problem={problem} />
        <FormEnd>
          <Button variant="default" component={Link} to={`/users/${user.id}`}>
            Cancel
          </Button>
          <Button type="submit" color="red" loading={busy}>
            Save
          </Button>
        </FormEnd>
      </Panel>
    </form>
  );
}
