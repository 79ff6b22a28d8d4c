import type { Schema } from "@holdfast/api-client/client";
import { type Column, DataTable, type Paging } from "@holdfast/ui/data-table";
import { None } from "@holdfast/ui/page";
import { StateBadge } from "@holdfast/ui/state-badge";
import type { ProblemText } from "@holdfast/ui/states";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { UserReference } from "../lists/references.tsx";
import { cacheWarning, TokenState } from "./token-state.tsx";

type Token = Schema<"TokenView"> & { readonly userName?: string };

type TokenTableProps = {
  readonly tokens: readonly Token[] | undefined;
  /** In lists that go over several users. */
  readonly withOwner?: boolean;
  readonly empty?: ReactNode;
  readonly problem?: ProblemText | null;
  readonly onRetry?: () => void;
  readonly paging?: Paging;
};

export function TokenTable({ tokens, withOwner = false, empty = "No tokens.", ...list }: TokenTableProps) {
  const columns: readonly Column<Token>[] = [
    {
      name: "Token",
      render: (token) => (
        <Link to="/tokens/$tokenId" params={{ tokenId: token.id }}>
          {token.label}
        </Link>
      ),
    },
    ...(withOwner
      ? [
          {
            name: "User",
            render: (token: Token) => (
              <UserReference
                id={token.userId}
                {...(token.userName === undefined ? {} : { name: token.userName })}
              />
            ),
          },
        ]
      : []),
    { name: "Kind", render: ({ kind }) => (kind === "hotp" ? "event-based (HOTP)" : "time-based (TOTP)") },
    { name: "State", render: (token) => <TokenState token={token} /> },
    {
      name: "Offline",
      render: (token) =>
        token.offlineCapable ? (
          <StateBadge tone={token.cachedOffline ? "good" : "info"}>
            {token.cachedOffline ? "Cached at endpoints" : "Offline-capable"}
          </StateBadge>
        ) : (
          <StateBadge tone="quiet">Online only</StateBadge>
        ),
    },
    {
      name: "Cache / window",
      align: "end",
      render: (token) => (
        <>
          {token.offlineCapable ? (
            `${token.cacheSize ?? "by profile"} / ${token.effectiveWindowSize}`
          ) : (
            <None />
          )}
          {cacheWarning(token) !== null && (
            <div>
              <StateBadge tone="caution">Cache too large</StateBadge>
            </div>
          )}
        </>
      ),
    },
  ];
  return (
    <DataTable
      what="tokens"
      columns={columns}
      rows={tokens}
      rowKey={({ id }) => id}
      empty={empty}
      {...list}
    />
  );
}
