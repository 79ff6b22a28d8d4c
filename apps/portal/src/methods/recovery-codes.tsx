import { Button } from "@mantine/core";
import Download from "lucide-react/icons/download";
import Printer from "lucide-react/icons/printer";
import { useState } from "react";
import classes from "./methods.module.css";

/** The codes on screen once, to be printed, saved or copied. */
export function RecoveryCodes({ codes }: { readonly codes: readonly string[] }) {
  const [copied, setCopied] = useState(false);
  const text = codes.join("\n");
  const save = () => {
    const address = URL.createObjectURL(new Blob([`${text}\n`], { type: "text/plain" }));
    const link = document.createElement("a");
    link.href = address;
    link.download = "recovery-codes.txt";
    link.click();
    URL.revokeObjectURL(address);
  };
  return (
    <>
      <p>
        Keep these on paper, away from your phone. Each works once, instead of a code. Older ones no longer
        work.
      </p>
      <ul className={classes.codes} aria-label="Recovery codes">
        {codes.map((code) => (
          <li key={code}>{code}</li>
        ))}
      </ul>
      <div className={classes.actions}>
        <Button
          variant="default"
          leftSection={<Printer size={16} aria-hidden="true" />}
          onClick={() => globalThis.print()}
        >
          Print
        </Button>
        <Button variant="default" leftSection={<Download size={16} aria-hidden="true" />} onClick={save}>
          Save as a file
        </Button>
        <Button
          variant="default"
          onClick={() => void navigator.clipboard.writeText(text).then(() => setCopied(true))}
        >
          {copied ? "Copied" : "Copy"}
        </Button>
      </div>
    </>
  );
}
