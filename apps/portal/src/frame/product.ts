import type { Schema } from "@holdfast/api-client/client";
import { api, useRead } from "@holdfast/web-calls/calls";

const unknown: Schema<"ProductView"> = { productName: "Holdfast", organisationName: "", helpDeskContact: "" };

/** What this installation is called, and whom people ask for help (TC-11); known before anybody has signed in. */
export function useProduct(): Schema<"ProductView"> {
  const { data } = useRead(["product"], "say what this is called", () => api.GET("/api/v1/product"), {
    staleMs: 600_000,
  });
  return data ?? unknown;
}
