import { api, useRead } from "@holdfast/web-calls/calls";

/** All user policies: few, and nearly every page names one. */
export function usePolicies() {
  return useRead(["policies"], "list the user policies", () => api.GET("/api/v1/policies"));
}

/** A policy's name by its id; the id itself until it is known. */
export function usePolicyName(): (id: string) => string {
  const { data } = usePolicies();
  return (id) => data?.items.find((policy) => policy.id === id)?.name ?? id;
}
