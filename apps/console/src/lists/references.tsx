import { api, useRead } from "@holdfast/web-calls/calls";
import { Link } from "@tanstack/react-router";
import { useCan } from "../frame/session.ts";

const staysForMs = 60_000;

/** A user by name, where only the id is known; a link for roles that may look. */
export function UserReference({ id, name }: { readonly id: string; readonly name?: string }) {
  const can = useCan();
  const { data } = useRead(
    ["user", id],
    "read the user",
    () => api.GET("/api/v1/users/{id}", { params: { path: { id } } }),
    { enabled: name === undefined && can("users.read"), staleMs: staysForMs },
  );
  const text = name ?? data?.userName ?? id;
  if (!can("users.read")) return <span>{text}</span>;
  return (
    <Link to="/users/$userId" params={{ userId: id }}>
      {text}
    </Link>
  );
}

/** An endpoint by name, likewise. */
export function EndpointReference({ id, name }: { readonly id: string; readonly name?: string }) {
  const can = useCan();
  const { data } = useRead(
    ["endpoint", id],
    "read the endpoint",
    () => api.GET("/api/v1/endpoints/{id}", { params: { path: { id } } }),
    { enabled: name === undefined && can("endpoints.read"), staleMs: staysForMs },
  );
  const text = name ?? data?.name ?? id;
  if (!can("endpoints.read")) return <span>{text}</span>;
  return (
    <Link to="/endpoints/$endpointId" params={{ endpointId: id }}>
      {text}
    </Link>
  );
}
