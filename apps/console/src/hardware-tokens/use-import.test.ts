import { expect, test } from "vitest";
import { reportOf } from "./use-import.ts";

const row = { place: "line 2", serial: "A", kind: "hotp", why: null, warnings: [] } as const;
const short = { code: "secret-short", message: "Its secret has 80 bits." };

test("an import of many rows is told in counts, refusals and each warning once", () => {
  const why = { code: "no-secret", message: "It has no secret." };
  const refused = { ...row, result: "refused", kind: null, why, warnings: [] } as const;
  const rows = [
    { ...row, result: "new", warnings: [short] } as const,
    { ...row, result: "new", warnings: [short] } as const,
    { ...row, result: "known" } as const,
    refused,
  ];
  const copies = rows.map((one) => ({ ...one, warnings: [...one.warnings] }));
  expect(reportOf(copies, ["The file is signed."])).toEqual({
    counts: { new: 2, known: 1, refused: 1 },
    refused: [refused],
    warnings: [
      { message: "The file is signed.", tokens: 0 },
      { message: short.message, tokens: 2 },
    ],
  });
});
