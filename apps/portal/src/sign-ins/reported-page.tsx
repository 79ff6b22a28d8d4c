import type { Schema } from "@holdfast/api-client/client";
import { Centred } from "@holdfast/ui/centred";
import { queryClient } from "@holdfast/web-calls/calls";
import { Button } from "@mantine/core";
import { useState } from "react";
import { useProduct } from "../frame/product.ts";

const key = ["reported"];

export function rememberReport(report: Schema<"SignInReport">): void {
  queryClient.setQueryData(key, report);
}

/** After "this wasn't me": every session is over, so nothing but what to do now. */
export function ReportedPage() {
  const { productName } = useProduct();
  const [report] = useState(() => queryClient.getQueryData<Schema<"SignInReport">>(key));
  return (
    <Centred productName={productName} title="Thank you. Your administrators have been alerted.">
      {report !== undefined && <p>{report.next}</p>}
      {report !== undefined && report.helpDeskContact !== "" && (
        <p>
          <strong>Help desk: {report.helpDeskContact}</strong>
        </p>
      )}
      <Button size="md" fullWidth onClick={() => globalThis.location.replace("/sign-in")}>
        Sign in again
      </Button>
    </Centred>
  );
}
