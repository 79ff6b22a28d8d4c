import { api, call } from "@holdfast/web-calls/calls";
import { TextInput } from "@mantine/core";
import { useDebouncedCallback } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";

type NamedFilterProps = {
  readonly label: string;
  readonly kind: "user" | "endpoint";
  readonly id: string | undefined;
  readonly onFind: (id: string | undefined) => void;
};

/** Filters by a name that is typed whole; the URL keeps the id, which stays when names change. */
export function NamedFilter({ label, kind, id, onFind }: NamedFilterProps) {
  const [text, setText] = useState<string | null>(null);
  const [unknown, setUnknown] = useState(false);
  const { data: name } = useQuery({
    queryKey: ["name", kind, id],
    queryFn: () => nameOf(kind, id ?? ""),
    enabled: id !== undefined,
  });
  const find = useDebouncedCallback(async (typed: string) => {
    if (typed === "") {
      setUnknown(false);
      onFind(undefined);
      return;
    }
    const found = await idOf(kind, typed);
    setUnknown(found === undefined);
    if (found !== undefined) onFind(found);
  }, 300);
  return (
    <TextInput
      label={label}
      value={text ?? name ?? ""}
      error={unknown ? `No ${kind} has this name.` : null}
      autoComplete="off"
      spellCheck={false}
      onChange={(event) => {
        setText(event.currentTarget.value);
        void find(event.currentTarget.value.trim());
      }}
    />
  );
}

async function nameOf(kind: "user" | "endpoint", id: string): Promise<string> {
  const params = { path: { id } };
  if (kind === "user")
    return (await call("read the user", () => api.GET("/api/v1/users/{id}", { params }))).userName;
  return (await call("read the endpoint", () => api.GET("/api/v1/endpoints/{id}", { params }))).name;
}

async function idOf(kind: "user" | "endpoint", name: string): Promise<string | undefined> {
  if (kind === "user") {
    const found = await call("find the user", () =>
      api.GET("/api/v1/users", { params: { query: { userName: name, limit: 1 } } }),
    );
    return found.items[0]?.id;
  }
  const found = await call("find the endpoint", () =>
    api.GET("/api/v1/endpoints", { params: { query: { name, limit: 1 } } }),
  );
  return found.items[0]?.id;
}
