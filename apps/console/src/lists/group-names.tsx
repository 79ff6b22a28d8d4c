import type { Schema } from "@holdfast/api-client/client";
import { Link } from "@tanstack/react-router";
import { Fragment } from "react";
import { useCan } from "../frame/session.ts";

/** The groups that a user or an endpoint belongs to. */
export function GroupNames({ groups }: { readonly groups: Schema<"UserView">["groups"] }) {
  const can = useCan();
  if (groups.length === 0) return "none";
  return groups.map(({ id, name }, index) => (
    <Fragment key={id}>
      {index > 0 && ", "}
      {can("properties.read") ? (
        <Link to="/groups/$groupId" params={{ groupId: id }}>
          {name}
        </Link>
      ) : (
        name
      )}
    </Fragment>
  ));
}
