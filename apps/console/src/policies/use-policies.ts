import { api, useRead } from "@holdfast/web-calls/calls";
import { useCan } from "../frame/session.ts";

/** All user policies: few, and nearly every page names one. Nothing for roles that may not see them. */
export function usePolicies() {
  const can = useCan();
  return useRead(["policies"], "list the user policies", () => api.GET("/api/v1/policies"), {
    enabled: can("properties.read"),
  });
}

/** A policy's name by its id; the id itself until it is known. */
export function usePolicyName(): (id: string) => string {
  const { data } = usePolicies();
  return (id) => data?.items.find((policy) => policy.id === id)?.name ?? id;
}
