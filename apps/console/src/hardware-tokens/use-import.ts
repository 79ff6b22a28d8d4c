import type { Schema } from "@holdfast/api-client/client";
import type { Explanation } from "@holdfast/api-client/problems";
import { api, call, problemOf, queryClient } from "@holdfast/web-calls/calls";
import { useState } from "react";

type Row = Schema<"ImportedRow">;
export type FileRequest = {
  readonly format: "csv" | "pskc";
  readonly content: string;
  readonly preSharedKey?: string;
  readonly passphrase?: string;
};

/** What a file would bring, or has brought. */
export type Report = {
  readonly counts: Readonly<Record<Row["result"], number>>;
  readonly refused: readonly Row[];
  /** The same warning of many tokens is said once. */
  readonly warnings: readonly { readonly message: string; readonly tokens: number }[];
};

export type Outcome =
  | { readonly kind: "done"; readonly report: Report }
  | { readonly kind: "refused"; readonly problem: Explanation };

/** Sends a file of tokens in parts, and tells how far it is. */
export function useImport() {
  const [progress, setProgress] = useState<{ readonly done: number; readonly total: number } | null>(null);
  const send = async (request: FileRequest, dryRun: boolean): Promise<Outcome> => {
    const rows: Row[] = [];
    const about = new Set<string>();
    let batchId: string | undefined;
    setProgress({ done: 0, total: 0 });
    try {
      for (let from: number | null = 0; from !== null; ) {
        const at: number = from;
        const part: Schema<"TokenImportAnswer"> = await call(
          dryRun ? "check the file" : "import the tokens",
          () =>
            api.POST("/api/v1/token-imports", {
              body: {
                ...request,
                dryRun,
                from: at,
                limit: 1000,
                ...(batchId === undefined ? {} : { batchId }),
              },
            }),
        );
        rows.push(...part.rows);
        for (const { message } of part.warnings) about.add(message);
        batchId = part.batchId;
        setProgress({ done: rows.length, total: part.total });
        from = part.next;
      }
      return { kind: "done", report: reportOf(rows, [...about]) };
    } catch (error) {
      return { kind: "refused", problem: problemOf(error) };
    } finally {
      setProgress(null);
      if (!dryRun) await queryClient.invalidateQueries();
    }
  };
  return { send, progress };
}

export function reportOf(rows: readonly Row[], aboutTheFile: readonly string[]): Report {
  const counts = { new: 0, known: 0, refused: 0 };
  const tokens = new Map<string, number>(aboutTheFile.map((message) => [message, 0]));
  for (const { result, warnings } of rows) {
    counts[result] += 1;
    for (const { message } of warnings) tokens.set(message, (tokens.get(message) ?? 0) + 1);
  }
  return {
    counts,
    refused: rows.filter(({ result }) => result === "refused"),
    warnings: [...tokens].map(([message, many]) => ({ message, tokens: many })),
  };
}
