import type { Schema } from "@holdfast/api-client/client";
import { ConfirmDialog } from "@holdfast/ui/confirm-dialog";
import { FirstCode } from "@holdfast/ui/first-code";
import { Panel } from "@holdfast/ui/page";
import { RelativeTime } from "@holdfast/ui/relative-time";
import { RenameDialog } from "@holdfast/ui/rename-dialog";
import { StateBadge } from "@holdfast/ui/state-badge";
import { ErrorState, LoadingRows } from "@holdfast/ui/states";
import { api, useAct, useRead } from "@holdfast/web-calls/calls";
import { Button, Modal } from "@mantine/core";
import { useState } from "react";
import { factorWords } from "./method-words.ts";
import classes from "./methods.module.css";
import { useFirstCode } from "./use-first-code.ts";

type Method = Schema<"AuthenticatorView">;

/** What one has, each with what can be done to it. */
export function MethodList({
  profile,
  onChangePassword,
}: {
  readonly profile: Schema<"ProfileView">;
  readonly onChangePassword: () => void;
}) {
  const { act } = useAct();
  const [renaming, setRenaming] = useState<Method | null>(null);
  const [removing, setRemoving] = useState<Method | null>(null);
  const [finishing, setFinishing] = useState<Method | null>(null);
  const tryFirst = useFirstCode();
  const { data, problem, retry } = useRead(["me", "authenticators"], "list how you sign in", () =>
    api.GET("/api/v1/me/authenticators"),
  );
  const methods = data?.items.filter(({ status }) => status !== "revoked");
  return (
    <Panel title="What I have">
      {problem !== null && <ErrorState problem={problem} onRetry={retry} />}
      {problem === null && methods === undefined && <LoadingRows rows={3} what="how you sign in" />}
      <ul className={classes.list} aria-label="Ways to sign in">
        <li className={classes.method}>
          <div>
            <p className={classes.name}>Password</p>
            <p className={classes.about}>{factorWords.password.about}</p>
          </div>
          <StateBadge tone={profile.hasPassword ? "good" : "caution"}>
            {profile.hasPassword ? "Set" : "Not set"}
          </StateBadge>
          <div className={classes.actions}>
            <Button variant="default" onClick={onChangePassword}>
              {profile.hasPassword ? "Change the password" : "Set a password"}
            </Button>
          </div>
        </li>
        {methods?.map((method) => (
          <li key={method.id} className={classes.method}>
            <div>
              <p className={classes.name}>{method.label}</p>
              <p className={classes.about}>
                {factorWords[method.kind].name}
                {method.address !== null && ` ${method.address}`}
                {method.lastUsedAtMs !== null && (
                  <>
                    , last used <RelativeTime atMs={method.lastUsedAtMs} />
                  </>
                )}
                {method.expiresAtMs !== null && (
                  <>
                    , to be renewed <RelativeTime atMs={method.expiresAtMs} />
                  </>
                )}
              </p>
            </div>
            <MethodState method={method} />
            {profile.mayEnrol.includes(method.kind) && (
              <div className={classes.actions}>
                {method.status === "pending" && (
                  <Button aria-label={`Finish ${method.label}`} onClick={() => setFinishing(method)}>
                    Finish
                  </Button>
                )}
                <Button
                  variant="default"
                  aria-label={`Rename ${method.label}`}
                  onClick={() => setRenaming(method)}
                >
                  Rename
                </Button>
                <Button
                  variant="default"
                  aria-label={`Remove ${method.label}`}
                  onClick={() => setRemoving(method)}
                >
                  Remove
                </Button>
              </div>
            )}
          </li>
        ))}
      </ul>
      <RenameDialog
        name={renaming?.label ?? null}
        maxLength={100}
        onClose={() => setRenaming(null)}
        onRename={(label) =>
          act("rename it", () =>
            api.PATCH("/api/v1/me/authenticators/{id}", {
              params: { path: { id: renaming?.id ?? "" } },
              body: { label },
            }),
          )
        }
      />
      <Modal
        opened={finishing !== null}
        onClose={() => setFinishing(null)}
        title={`Finish ${finishing?.label}`}
      >
        <p>It counts once you have typed a code of it. Never scanned it? Remove it and add another.</p>
        <FirstCode
          description="It changes every half minute."
          onTry={(code) => tryFirst(finishing?.id ?? "", code, () => setFinishing(null))}
          onLater={() => setFinishing(null)}
        />
      </Modal>
      <ConfirmDialog
        opened={removing !== null}
        onClose={() => setRemoving(null)}
        title={`Remove ${removing?.label}?`}
        action="Remove"
        dangerous
        onConfirm={() =>
          act("remove it", () =>
            api.DELETE("/api/v1/me/authenticators/{id}", { params: { path: { id: removing?.id ?? "" } } }),
          )
        }
      >
        <p>You cannot sign in with it any more, and it does not come back; you can add a new one.</p>
        {isLast(removing, methods) && (
          <p>
            <strong>It is the last one beside your password.</strong> Add another way first, or your next
            sign-in may need the help desk.
          </p>
        )}
        {removing?.cachedOffline === true && (
          <p>Computers keep its codes for offline sign-in; they delete them as soon as they have contact.</p>
        )}
      </ConfirmDialog>
    </Panel>
  );
}

function isLast(removing: Method | null, methods: readonly Method[] | undefined): boolean {
  return removing !== null && (methods ?? []).filter(({ status }) => status === "enabled").length <= 1;
}

function MethodState({ method }: { readonly method: Method }) {
  if (method.status === "pending") return <StateBadge tone="caution">Not finished</StateBadge>;
  if (method.status === "disabled") return <StateBadge tone="quiet">Switched off</StateBadge>;
  if (method.codesLeft !== null) {
    return (
      <StateBadge tone={method.codesLeft < 4 ? "caution" : "good"}>
        {method.codesLeft === 1 ? "1 code left" : `${method.codesLeft} codes left`}
      </StateBadge>
    );
  }
  if (method.cachedOffline) return <StateBadge tone="good">Works offline</StateBadge>;
  return <StateBadge tone="good">Ready</StateBadge>;
}
