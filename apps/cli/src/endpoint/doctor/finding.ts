import { z } from "zod";

/** What one check found. Everything but `ok` says what to do. */
export const finding = z.strictObject({
  code: z.string(),
  status: z.enum(["ok", "info", "warning", "error"]),
  title: z.string(),
  detail: z.string(),
  next: z.string().nullable(),
});
export type Finding = z.infer<typeof finding>;

export function good(code: string, title: string, detail: string): Finding {
  return { code, status: "ok", title, detail, next: null };
}

export function bad(
  status: "info" | "warning" | "error",
  code: string,
  title: string,
  detail: string,
  next: string | null,
): Finding {
  return { code, status, title, detail, next };
}
