import { DataTable } from "@holdfast/ui/data-table";
import { FormEnd, None, Parts } from "@holdfast/ui/page";
import { Callout } from "@holdfast/ui/state-badge";
import { ProblemNote, type ProblemText } from "@holdfast/ui/states";
import { Button, FileInput, Modal, PasswordInput } from "@mantine/core";
import { type FormEvent, useState } from "react";
import { type FileRequest, type Report, useImport } from "./use-import.ts";

type Secret = "preSharedKey" | "passphrase";
type Step =
  | { readonly at: "choosing" }
  | { readonly at: "checked"; readonly request: FileRequest; readonly report: Report }
  | { readonly at: "imported"; readonly report: Report };

const mostBytes = 8 * 1024 * 1024;

/** First says what a file would bring, then imports it. */
export function ImportDialog({
  opened,
  onClose,
}: {
  readonly opened: boolean;
  readonly onClose: () => void;
}) {
  const { send, progress } = useImport();
  const [step, setStep] = useState<Step>({ at: "choosing" });
  const [file, setFile] = useState<File | null>(null);
  const [asks, setAsks] = useState<Secret | null>(null);
  const [problem, setProblem] = useState<ProblemText | null>(null);
  const busy = progress !== null;
  const close = () => {
    if (busy) return;
    setStep({ at: "choosing" });
    setFile(null);
    setAsks(null);
    setProblem(null);
    onClose();
  };
  const choose = (chosen: File | null) => {
    setFile(chosen);
    setAsks(null);
    setProblem(null);
  };
  const check = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    if (file === null) return;
    setProblem(file.size > mostBytes ? tooLarge : null);
    if (file.size > mostBytes) return;
    const content = await file.text();
    const given = String(form.get("secret") ?? "");
    const secret = asks === "preSharedKey" ? given.replace(/\s/g, "") : given;
    const request: FileRequest = {
      format: /^\s*</.test(content) ? "pskc" : "csv",
      content,
      ...(asks === null || secret === "" ? {} : { [asks]: secret }),
    };
    const found = await send(request, true);
    if (found.kind === "done") setStep({ at: "checked", request, report: found.report });
    else {
      const { fields } = found.problem;
      // What the server asks for first is asked for here, and is no fault of anybody.
      const wanted = "passphrase" in fields ? "passphrase" : "preSharedKey" in fields ? "preSharedKey" : null;
      setAsks(wanted ?? asks);
      setProblem(wanted !== null && asks === null ? null : found.problem);
    }
  };
  const bring = async (request: FileRequest) => {
    const done = await send(request, false);
    if (done.kind === "done") setStep({ at: "imported", report: done.report });
    else setProblem(done.problem);
  };
  return (
    <Modal
      opened={opened}
      onClose={close}
      title={step.at === "imported" ? "Imported" : "Import hardware tokens"}
      size="lg"
    >
      {step.at === "choosing" && (
        <form onSubmit={(event) => void check(event)}>
          <Parts>
            <FileInput
              label="File with the tokens"
              description="A CSV with the columns serial and secret, or a PSKC container (RFC 6030)."
              placeholder="Choose a file"
              required
              clearable={false}
              value={file}
              onChange={choose}
              data-autofocus
            />
            {asks !== null && (
              <PasswordInput
                name="secret"
                label={asks === "passphrase" ? "Passphrase of the file" : "Key of the file"}
                description={
                  asks === "passphrase"
                    ? "The file is encrypted. Its maker sends the passphrase apart from it."
                    : "The file is encrypted. Its maker sends the key apart from it: 32, 48 or 64 hexadecimal digits."
                }
                required
                autoComplete="off"
              />
            )}
            <ProblemNote problem={problem} />
            <Progress progress={progress} />
            <FormEnd>
              <Button variant="default" onClick={close}>
                Cancel
              </Button>
              <Button type="submit" loading={busy}>
                Check the file
              </Button>
            </FormEnd>
          </Parts>
        </form>
      )}
      {step.at === "checked" && (
        <Parts>
          <p>
            Nothing was changed yet. The file has <Counts report={step.report} />.
          </p>
          <Details report={step.report} />
          <ProblemNote problem={problem} />
          <Progress progress={progress} />
          <FormEnd>
            <Button variant="default" disabled={busy} onClick={() => setStep({ at: "choosing" })}>
              Choose another file
            </Button>
            <Button
              loading={busy}
              disabled={step.report.counts.new === 0}
              onClick={() => void bring(step.request)}
            >
              {`Import ${tokensText(step.report.counts.new)}`}
            </Button>
          </FormEnd>
        </Parts>
      )}
      {step.at === "imported" && (
        <Parts>
          <p role="status">
            The import is done: <Counts report={step.report} />.
          </p>
          <Callout tone="caution">
            The file holds the tokens' secrets. Remove it from this computer now.
          </Callout>
          <FormEnd>
            <Button onClick={close}>Done</Button>
          </FormEnd>
        </Parts>
      )}
    </Modal>
  );
}

const tooLarge: ProblemText = {
  what: "The file was not sent.",
  why: "It has more than 8 MB.",
  next: "Import it in parts.",
};

const inGroups = new Intl.NumberFormat("en-GB");

function tokensText(tokens: number): string {
  return tokens === 1 ? "1 token" : `${inGroups.format(tokens)} tokens`;
}

function Counts({ report: { counts } }: { readonly report: Report }) {
  const text = (number: number) => inGroups.format(number);
  return (
    <>
      <strong>{text(counts.new)} new</strong>, {text(counts.known)} that are there already,{" "}
      {text(counts.refused)} refused
    </>
  );
}

function Progress({ progress }: { readonly progress: { done: number; total: number } | null }) {
  if (progress === null || progress.total === 0) return null;
  return (
    <p role="status">
      {inGroups.format(progress.done)} of {inGroups.format(progress.total)} tokens …
    </p>
  );
}

const mostShown = 50;

/** What was refused and why, and what there is to know of the others. */
function Details({ report }: { readonly report: Report }) {
  const shown = report.refused.slice(0, mostShown);
  const more = report.refused.length - shown.length;
  return (
    <>
      {report.warnings.map(({ message, tokens }) => (
        <Callout key={message} tone="caution">
          {tokens === 0 ? message : `${tokensText(tokens)}: ${message}`}
        </Callout>
      ))}
      {shown.length > 0 && (
        <DataTable
          what="refused tokens"
          columns={[
            { name: "Where", render: ({ place }) => place },
            { name: "Serial number", render: ({ serial }) => serial ?? <None /> },
            { name: "Why", render: ({ why }) => why?.message },
          ]}
          rows={shown}
          rowKey={({ place }) => place}
          empty={null}
        />
      )}
      {more > 0 && <p>{`${inGroups.format(more)} more were refused.`}</p>}
    </>
  );
}
