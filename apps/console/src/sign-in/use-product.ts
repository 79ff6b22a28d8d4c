import { api, useRead } from "@holdfast/web-calls/calls";

/** What this product is called here, before anybody has signed in (TC-11). */
export function useProductName(): string {
  const { data } = useRead(["product"], "say what this product is called", () => api.GET("/api/v1/product"), {
    staleMs: 60_000,
  });
  return data?.productName ?? "";
}
