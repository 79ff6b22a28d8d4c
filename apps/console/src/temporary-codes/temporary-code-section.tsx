import type { Schema } from "@holdfast/api-client/client";
import { Panel, Properties, property } from "@holdfast/ui/page";
import { RelativeTime } from "@holdfast/ui/relative-time";
import { Callout, StateBadge } from "@holdfast/ui/state-badge";
import { ErrorState, ProblemNote, type ProblemText } from "@holdfast/ui/states";
import { useToast } from "@holdfast/ui/toasts";
import { api, useAct, useRead } from "@holdfast/web-calls/calls";
import { useSession } from "@holdfast/web-calls/session";
import { Button } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { ActorName } from "../audit/actor-name.tsx";
import { useCan } from "../frame/session.ts";
import { workflows } from "../workflows/workflow-words.ts";
import { GenerateDialog } from "./generate-dialog.tsx";
import { momentWords } from "./moment-words.ts";
import classes from "./temporary-codes.module.css";
import { WhomToAsk } from "./whom-to-ask.tsx";

type User = Schema<"UserView">;
type View = Schema<"TemporaryCodeView">;
type Active = NonNullable<View["active"]>;

/**
 * What the help desk sees of temporary codes on a user's page, in this order (AMB-TC-4): nothing where the policy has no
 * place for them; else that they are off; else whose right is missing; else the code, or the way to one.
 */
export function TemporaryCodeSection({ user }: { readonly user: User }) {
  const { data, problem, retry } = useRead(["temporary-code", user.id], "read the temporary code", () =>
    api.GET("/api/v1/users/{id}/temporary-code", { params: { path: { id: user.id } } }),
  );
  if (problem !== null && data === undefined) {
    return (
      <Panel title="Temporary Code">
        <ErrorState problem={problem} onRetry={retry} />
      </Panel>
    );
  }
  // Whether there is a section at all is known only then (TC-36).
  if (data?.eligible !== true) return null;
  return <TemporaryCodePanel user={user} code={data} />;
}

type PanelProps = { readonly user: User; readonly code: View };

function TemporaryCodePanel({ user, code }: PanelProps) {
  const [generating, setGenerating] = useState(false);
  const mayGenerate = code.allowed && code.may;
  return (
    <Panel
      title="Temporary Code"
      lead="Stands for a phone or token that is not at hand, after the password."
      actions={
        mayGenerate &&
        code.active === null && (
          <Button variant="default" size="compact-sm" onClick={() => setGenerating(true)}>
            Generate Code
          </Button>
        )
      }
    >
      <Obstacle user={user} code={code} />
      {code.active === null ? (
        mayGenerate && <p>{user.displayName} has none.</p>
      ) : (
        <ActiveCode
          user={user}
          code={code}
          active={code.active}
          onReplace={mayGenerate ? () => setGenerating(true) : null}
        />
      )}
      {code.warnings.length > 0 && (
        <div className={classes.warnings}>
          {code.warnings.map(({ code: warning, message }) => (
            <Callout key={warning} tone="caution">
              {message}
            </Callout>
          ))}
        </div>
      )}
      <GenerateDialog user={user} code={code} opened={generating} onClose={() => setGenerating(false)} />
    </Panel>
  );
}

/** Why no code can be generated, and who can change that. */
function Obstacle({ user, code }: PanelProps) {
  const can = useCan();
  const me = useSession().user.id;
  if (!code.allowed) {
    return (
      <div className={classes.obstacle}>
        <p className={classes.said}>Temporary codes are disabled for this enterprise</p>
        {can("properties.temporary-codes") ? (
          <p>
            You can allow them in the{" "}
            <Link to="/settings" search={{ tab: "temporary-codes" }}>
              settings
            </Link>
            .
          </p>
        ) : (
          <WhomToAsk to="allow them" />
        )}
      </div>
    );
  }
  if (code.may) return null;
  if (user.id === me) {
    return (
      <div className={classes.obstacle}>
        <p className={classes.said}>Nobody generates a code for himself</p>
        <p>Ask another administrator whose role may generate temporary codes.</p>
      </div>
    );
  }
  if (can("users.temporary-codes")) {
    return (
      <div className={classes.obstacle}>
        <p className={classes.said}>This user is beyond your administrator role</p>
        <p>{user.displayName} has rights that you do not have.</p>
        <WhomToAsk to="generate a code" />
      </div>
    );
  }
  return (
    <div className={classes.obstacle}>
      <p className={classes.said}>Your administrator role cannot generate temporary codes</p>
      <WhomToAsk to="generate one, or give your role the right" />
    </div>
  );
}

type ActiveCodeProps = PanelProps & { readonly active: Active; readonly onReplace: (() => void) | null };

function ActiveCode({ user, code, active, onReplace }: ActiveCodeProps) {
  const [revoking, setRevoking] = useState(false);
  const names = active.workflows.map(
    (workflow) => workflows.find((each) => each.workflow === workflow)?.name ?? workflow,
  );
  return (
    <>
      <Properties
        rows={[
          property("State", <CodeState code={code} active={active} />),
          property("Expires", <Moment atMs={active.expiresAtMs} />),
          property("Use", active.use === "once" ? "Once" : "Multiple times"),
          property("For", names.join(", ")),
          property(
            "Used",
            active.uses === 0 ? (
              "not yet"
            ) : (
              <>
                {active.uses === 1 ? "once" : `${active.uses} times`}, last{" "}
                <RelativeTime atMs={active.lastUsedAtMs} />
              </>
            ),
          ),
          ...(active.refusedTries === 0
            ? []
            : [property("Refused tries", `${active.refusedTries}, since it was generated`)]),
          property(
            "Generated",
            <>
              <RelativeTime atMs={active.createdAtMs} /> by{" "}
              <ActorName
                actor={active.createdBy}
                name={active.createdByName}
                person={active.createdByPerson}
              />
            </>,
          ),
          property("Reason", active.reason),
        ]}
      />
      {code.may && !revoking && (
        <div className={classes.buttons}>
          {onReplace !== null && (
            <Button variant="default" onClick={onReplace}>
              Replace code
            </Button>
          )}
          <Button variant="default" onClick={() => setRevoking(true)}>
            Revoke code
          </Button>
        </div>
      )}
      {code.may && revoking && <StagedRevocation user={user} onKeep={() => setRevoking(false)} />}
    </>
  );
}

function CodeState({ code, active }: { readonly code: View; readonly active: Active }) {
  if (!code.allowed) return <StateBadge tone="caution">Refused while codes are disabled</StateBadge>;
  if (active.refusedTries > 0 && active.uses === 0)
    return <StateBadge tone="caution">Can be used, was typed wrong</StateBadge>;
  return <StateBadge tone="good">Can be used</StateBadge>;
}

function Moment({ atMs }: { readonly atMs: number }) {
  return (
    <>
      <time dateTime={new Date(atMs).toISOString()}>{momentWords(atMs, Date.now())}</time> (
      <RelativeTime atMs={atMs} />)
    </>
  );
}

/** TC-41: nothing is revoked before Save. */
function StagedRevocation({ user, onKeep }: { readonly user: User; readonly onKeep: () => void }) {
  const { act, busy } = useAct();
  const toast = useToast();
  const [problem, setProblem] = useState<ProblemText | null>(null);
  const save = async () =>
    setProblem(
      await act(
        "revoke the code",
        () => api.DELETE("/api/v1/users/{id}/temporary-code", { params: { path: { id: user.id } } }),
        () => toast(`The code of ${user.userName} is revoked.`),
      ),
    );
  return (
    <div className={classes.staged}>
      <Callout tone="caution" title="Not revoked yet">
        The code can be used until you press Save.
      </Callout>
      <ProblemNote problem={problem} />
      <div className={classes.buttons}>
        <Button color="red" loading={busy} onClick={() => void save()}>
          Save
        </Button>
        <Button variant="default" onClick={onKeep}>
          Keep the code
        </Button>
      </div>
    </div>
  );
}
