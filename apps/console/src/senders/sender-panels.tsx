import type { Schema } from "@holdfast/api-client/client";
import type { Explanation } from "@holdfast/api-client/problems";
import { Fields, FormEnd, Panel } from "@holdfast/ui/page";
import { StateBadge } from "@holdfast/ui/state-badge";
import { ProblemNote } from "@holdfast/ui/states";
import { useToast } from "@holdfast/ui/toasts";
import { api, type Call, useAct } from "@holdfast/web-calls/calls";
import { Button, NativeSelect, NumberInput, PasswordInput, Textarea, TextInput } from "@mantine/core";
import { type FormEvent, type ReactNode, useState } from "react";
import { SenderActions } from "./sender-actions.tsx";

type EmailSender = Schema<"EmailSender">;
type SmsSender = Schema<"SmsSender">;
type Smtp = Extract<Schema<"EmailSenderChange">, { kind: "smtp" }>;
type Gateway = Extract<Schema<"SmsSenderChange">, { kind: "http" }>;
type CodeDigits = Smtp["codeDigits"];
type Catches = "sends" | "catches";

const newMailServer: Smtp = {
  kind: "smtp",
  host: "",
  port: 587,
  security: "starttls",
  userName: null,
  from: "",
  authority: null,
  codeDigits: 6,
};
const newGateway: Gateway = {
  kind: "http",
  url: "",
  contentType: "application/json",
  body: '{"to": "{{to}}", "message": "{{text}}"}',
  secretHeader: "Authorization",
  authority: null,
  codeDigits: 6,
};

/** Mail by SMTP. */
export function MailServerPanel({
  sender,
  mayCatch,
}: {
  readonly sender: EmailSender | null;
  readonly mayCatch: boolean;
}) {
  const [catches, setCatches] = useState<Catches>(sender?.kind === "catcher" ? "catches" : "sends");
  const [draft, setDraft] = useState<Smtp>(sender?.kind === "smtp" ? changeOf(sender) : newMailServer);
  const [secret, setSecret] = useState("");
  const change = (more: Partial<Smtp>) => setDraft({ ...draft, ...more });
  return (
    <SenderForm
      title="Mail server"
      channel="email"
      sender={sender}
      catches={mayCatch ? catches : null}
      onCatches={setCatches}
      codeDigits={draft.codeDigits}
      onCodeDigits={(codeDigits) => change({ codeDigits })}
      save={() =>
        api.PUT("/api/v1/senders/email", {
          body:
            catches === "catches"
              ? { kind: "catcher", codeDigits: draft.codeDigits }
              : { ...draft, ...secretOf(secret, draft.userName !== null) },
        })
      }
    >
      {(error) => (
        <>
          <TextInput
            label="Server"
            description="Its host name, as its certificate has it."
            value={draft.host}
            error={error("host")}
            required
            withAsterisk={false}
            onChange={(event) => change({ host: event.currentTarget.value.trim() })}
          />
          <NumberInput
            label="Port"
            description="587 with STARTTLS, 465 with TLS from the start."
            value={draft.port}
            error={error("port")}
            min={1}
            max={65_535}
            inputWrapperOrder={["label", "input", "description", "error"]}
            onChange={(port) => change({ port: Number(port) })}
          />
          <NativeSelect
            label="Encryption"
            value={draft.security}
            error={error("security")}
            data={[
              { value: "starttls", label: "STARTTLS, insisted on" },
              { value: "tls", label: "TLS from the start" },
              { value: "none", label: "None: codes travel readable" },
            ]}
            onChange={(event) => change({ security: event.currentTarget.value as Smtp["security"] })}
          />
          <TextInput
            label="Sender's address"
            description="What mails come from."
            value={draft.from}
            error={error("from")}
            type="email"
            required
            withAsterisk={false}
            onChange={(event) => change({ from: event.currentTarget.value.trim() })}
          />
          <TextInput
            label="User name at the server"
            description="Empty: it asks for none."
            value={draft.userName ?? ""}
            error={error("userName")}
            autoComplete="off"
            onChange={(event) =>
              change({ userName: event.currentTarget.value === "" ? null : event.currentTarget.value })
            }
          />
          {draft.userName !== null && (
            <SecretField
              label="Password at the server"
              kept={sender?.hasSecret ?? false}
              value={secret}
              error={error("secret")}
              onChange={setSecret}
            />
          )}
          <AuthorityField
            value={draft.authority}
            error={error("authority")}
            onChange={(authority) => change({ authority })}
          />
        </>
      )}
    </SenderForm>
  );
}

/** Short messages by an HTTP gateway. */
export function ShortMessagePanel({
  sender,
  mayCatch,
}: {
  readonly sender: SmsSender | null;
  readonly mayCatch: boolean;
}) {
  const [catches, setCatches] = useState<Catches>(sender?.kind === "catcher" ? "catches" : "sends");
  const [draft, setDraft] = useState<Gateway>(sender?.kind === "http" ? changeOf(sender) : newGateway);
  const [secret, setSecret] = useState("");
  const change = (more: Partial<Gateway>) => setDraft({ ...draft, ...more });
  return (
    <SenderForm
      title="Gateway for short messages"
      channel="sms"
      sender={sender}
      catches={mayCatch ? catches : null}
      onCatches={setCatches}
      codeDigits={draft.codeDigits}
      onCodeDigits={(codeDigits) => change({ codeDigits })}
      save={() =>
        api.PUT("/api/v1/senders/sms", {
          body:
            catches === "catches"
              ? { kind: "catcher", codeDigits: draft.codeDigits }
              : { ...draft, ...secretOf(secret, draft.secretHeader !== null) },
        })
      }
    >
      {(error) => (
        <>
          <TextInput
            label="Gateway's address"
            description="Posted to by https; by http on this very machine only."
            value={draft.url}
            error={error("url")}
            type="url"
            required
            withAsterisk={false}
            onChange={(event) => change({ url: event.currentTarget.value.trim() })}
          />
          <NativeSelect
            label="Sent as"
            value={draft.contentType}
            data={["application/json", "application/x-www-form-urlencoded", "text/plain"]}
            onChange={(event) => change({ contentType: event.currentTarget.value as Gateway["contentType"] })}
          />
          <Textarea
            label="What is posted"
            description="{{to}} and {{text}} are put in, escaped as the type wants it."
            value={draft.body}
            error={error("body")}
            rows={3}
            required
            withAsterisk={false}
            onChange={(event) => change({ body: event.currentTarget.value })}
          />
          <TextInput
            label="Header of the secret"
            description="Empty: the gateway asks for none."
            value={draft.secretHeader ?? ""}
            error={error("secretHeader")}
            autoComplete="off"
            onChange={(event) =>
              change({ secretHeader: event.currentTarget.value === "" ? null : event.currentTarget.value })
            }
          />
          {draft.secretHeader !== null && (
            <SecretField
              label="What stands in the header"
              kept={sender?.hasSecret ?? false}
              value={secret}
              error={error("secret")}
              onChange={setSecret}
            />
          )}
          <AuthorityField
            value={draft.authority}
            error={error("authority")}
            onChange={(authority) => change({ authority })}
          />
        </>
      )}
    </SenderForm>
  );
}

type SenderFormProps = {
  readonly title: string;
  readonly channel: "email" | "sms";
  readonly sender: EmailSender | SmsSender | null;
  /** Null: nothing is caught here. */
  readonly catches: Catches | null;
  readonly onCatches: (catches: Catches) => void;
  readonly codeDigits: CodeDigits;
  readonly onCodeDigits: (digits: CodeDigits) => void;
  readonly save: () => Call<Schema<"SendersView">>;
  readonly children: (error: (path: string) => string | null) => ReactNode;
};

function SenderForm(props: SenderFormProps) {
  const { title, channel, sender, catches, onCatches, codeDigits, onCodeDigits, save, children } = props;
  const { act, busy } = useAct();
  const toast = useToast();
  const [problem, setProblem] = useState<Explanation | null>(null);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setProblem(await act("save the sender", save, () => toast(`${title}: saved. Send a test now.`)));
  };
  return (
    <Panel
      title={title}
      lead={
        sender === null ? (
          <StateBadge tone="caution">Not set up: nothing is sent this way</StateBadge>
        ) : (
          <StateBadge tone="good">Set up</StateBadge>
        )
      }
      actions={sender !== null && <SenderActions channel={channel} title={title} />}
    >
      <form onSubmit={(event) => void submit(event)} aria-label={title}>
        <Fields>
          {catches !== null && (
            <NativeSelect
              label="Messages are"
              value={catches}
              data={[
                { value: "sends", label: "sent" },
                { value: "catches", label: "caught here (demo)" },
              ]}
              onChange={(event) => onCatches(event.currentTarget.value as Catches)}
            />
          )}
          {catches !== "catches" && children((path) => problem?.fields[path] ?? null)}
          <NativeSelect
            label="Digits of a code"
            value={String(codeDigits)}
            data={["6", "7", "8"]}
            onChange={(event) => onCodeDigits(Number(event.currentTarget.value) as CodeDigits)}
          />
        </Fields>
        <ProblemNote problem={problem} />
        <FormEnd>
          <Button type="submit" loading={busy}>
            Save
          </Button>
        </FormEnd>
      </form>
    </Panel>
  );
}

function SecretField({
  label,
  kept,
  value,
  error,
  onChange,
}: {
  readonly label: string;
  readonly kept: boolean;
  readonly value: string;
  readonly error: string | null;
  readonly onChange: (value: string) => void;
}) {
  return (
    <PasswordInput
      label={label}
      description={
        kept
          ? "One is kept, sealed. Empty: it stays. For another server, give it again."
          : "Kept sealed, and never shown."
      }
      value={value}
      error={error}
      autoComplete="new-password"
      onChange={(event) => onChange(event.currentTarget.value)}
    />
  );
}

function AuthorityField({
  value,
  error,
  onChange,
}: {
  readonly value: string | null;
  readonly error: string | null;
  readonly onChange: (value: string | null) => void;
}) {
  return (
    <Textarea
      label="Authority of its certificate (PEM)"
      description="Empty: the authorities that the server's machine trusts."
      value={value ?? ""}
      error={error}
      rows={2}
      autoComplete="off"
      spellCheck={false}
      onChange={(event) =>
        onChange(event.currentTarget.value.trim() === "" ? null : event.currentTarget.value)
      }
    />
  );
}

/** Nothing typed: what is kept stays; nothing asked for: it goes. */
function secretOf(typed: string, wanted: boolean): { secret?: string | null } {
  if (!wanted) return { secret: null };
  return typed === "" ? {} : { secret: typed };
}

function changeOf<Sender extends { hasSecret: boolean; changedAtMs: number }>(
  sender: Sender,
): Omit<Sender, "hasSecret" | "changedAtMs"> {
  const { hasSecret: _hasSecret, changedAtMs: _changedAtMs, ...change } = sender;
  return change;
}
