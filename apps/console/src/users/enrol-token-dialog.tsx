import type { Schema } from "@holdfast/api-client/client";
import { FirstCode } from "@holdfast/ui/first-code";
import { FormDialog, typed } from "@holdfast/ui/form-dialog";
import { FormEnd, Parts } from "@holdfast/ui/page";
import { QrPanel } from "@holdfast/ui/qr-panel";
import { Callout } from "@holdfast/ui/state-badge";
import { api, useAct } from "@holdfast/web-calls/calls";
import { Button, Modal, NativeSelect, Radio, SegmentedControl, TextInput } from "@mantine/core";
import { useState } from "react";
import { useFirstCode } from "../tokens/use-first-code.ts";

type Enrolled = Schema<"TokenEnrolment">;
type Props = {
  readonly user: Pick<Schema<"UserView">, "id" | "userName">;
  readonly opened: boolean;
  readonly onClose: () => void;
};
type Way = "new" | "import";

/** A new token as a QR code that is shown once, or one that exists already, by its secret or URI. */
export function EnrolTokenDialog({ user, opened, onClose }: Props) {
  const { act } = useAct();
  const [way, setWay] = useState<Way>("new");
  const [enrolled, setEnrolled] = useState<Enrolled | null>(null);
  const tryFirst = useFirstCode();
  return (
    <>
      <FormDialog
        opened={opened}
        onClose={onClose}
        title={`Add a token for ${user.userName}`}
        action={way === "new" ? "Make token" : "Import token"}
        onSubmit={(form) =>
          act(
            "add the token",
            () =>
              api.POST("/api/v1/users/{id}/tokens", {
                params: { path: { id: user.id } },
                body: creationOf(form, way),
              }),
            (answer) => {
              if (answer.otpauthUri !== null || answer.warnings.length > 0) setEnrolled(answer);
            },
          )
        }
      >
        <SegmentedControl
          aria-label="Which token"
          value={way}
          onChange={(value) => setWay(value as Way)}
          data={[
            { value: "new", label: "A new one" },
            { value: "import", label: "One that exists" },
          ]}
        />
        <TextInput
          name="label"
          label="Label"
          placeholder="Key fob"
          description="So that the user knows which one is meant."
          autoComplete="off"
          data-autofocus
        />
        <Radio.Group name="kind" label="Kind" defaultValue="hotp">
          <Radio
            mt="xs"
            value="hotp"
            label="Event-based (HOTP)"
            description="Works offline at endpoints, too."
          />
          <Radio
            mt="xs"
            value="totp"
            label="Time-based (TOTP)"
            description="Online only: offline sign-in cannot use it."
          />
        </Radio.Group>
        {way === "new" ? (
          <NativeSelect
            name="digits"
            label="Digits of a code"
            data={["6", "7", "8"]}
            defaultValue="6"
            description="6 is what nearly every authenticator app shows."
          />
        ) : (
          <>
            <TextInput
              name="secret"
              label="Secret (base32) or otpauth:// URI"
              required
              autoComplete="off"
              spellCheck={false}
            />
            <TextInput
              name="counter"
              type="number"
              min={0}
              label="Next counter"
              defaultValue={0}
              description="Of the next code that it shows. A URI brings its own."
            />
          </>
        )}
      </FormDialog>
      <Modal
        opened={enrolled !== null}
        onClose={() => setEnrolled(null)}
        title={`The token of ${user.userName}`}
      >
        {enrolled !== null && (
          <Parts>
            {enrolled.warnings.map(({ code, message }) => (
              <Callout key={code} tone="caution">
                {message}
              </Callout>
            ))}
            {enrolled.otpauthUri !== null && (
              <QrPanel
                text={enrolled.otpauthUri}
                label={`QR code of the token of ${user.userName}, to be scanned with an authenticator app`}
                once="Shown now and never again. If it is lost, revoke the token and add another."
              />
            )}
            {enrolled.token.status === "pending" ? (
              <FirstCode
                description={`It proves that ${user.userName} has scanned it; only then does the token count. At the portal ${user.userName} can type it later, too.`}
                onTry={(code) => tryFirst(enrolled.token, code, () => setEnrolled(null))}
                onLater={() => setEnrolled(null)}
              />
            ) : (
              <FormEnd>
                <Button onClick={() => setEnrolled(null)}>Done</Button>
              </FormEnd>
            )}
          </Parts>
        )}
      </Modal>
    </>
  );
}

/** The body of POST /api/v1/users/{id}/tokens. */
function creationOf(form: FormData, way: Way) {
  const kind: "hotp" | "totp" = form.get("kind") === "totp" ? "totp" : "hotp";
  const label = typed(form, "label");
  const named = { kind, ...(label === undefined ? {} : { label }) };
  if (way === "new") return { ...named, digits: Number(typed(form, "digits") ?? 6) as 6 | 7 | 8 };
  const secret = typed(form, "secret") ?? "";
  if (secret.startsWith("otpauth:")) return { kind, otpauthUri: secret };
  const counter = kind === "hotp" ? { counter: Number(typed(form, "counter") ?? 0) } : {};
  return { ...named, secret: secret.replace(/\s/g, ""), ...counter };
}
