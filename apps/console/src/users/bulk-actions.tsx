import type { Explanation } from "@holdfast/api-client/problems";
import { ConfirmDialog } from "@holdfast/ui/confirm-dialog";
import { useToast } from "@holdfast/ui/toasts";
import { api, call, problemOf, queryClient } from "@holdfast/web-calls/calls";
import { Button, Menu, NativeSelect } from "@mantine/core";
import ChevronDown from "lucide-react/icons/chevron-down";
import { useState } from "react";
import type { ChosenUser } from "../account-management/chosen-users.ts";
import { useCan } from "../frame/session.ts";
import { usePolicies } from "../policies/use-policies.ts";

type Action = "enable" | "disable" | "unlock" | "policy";

const words: Record<Action, { readonly verb: string; readonly done: string; readonly effect: string }> = {
  enable: { verb: "Enable", done: "enabled", effect: "They can sign in again, with what they had." },
  disable: {
    verb: "Disable",
    done: "disabled",
    effect:
      "They can no longer sign in. Endpoints that are connected learn it at once; those that are not go on letting them in offline until they make contact or the right ends.",
  },
  unlock: { verb: "Unlock", done: "unlocked", effect: "Their failed attempts are forgotten." },
  policy: {
    verb: "Change the policy of",
    done: "moved to the policy",
    effect: "The new limits reach connected endpoints at once, others at their next contact.",
  },
};

/** Does one thing to all selected users, one after another, and says who was left out and why. */
export function BulkActions({
  users,
  onDone,
}: {
  readonly users: readonly ChosenUser[];
  readonly onDone: () => void;
}) {
  const can = useCan();
  const toast = useToast();
  const { data: policies } = usePolicies();
  const [asked, setAsked] = useState<Action | null>(null);
  const [policyId, setPolicyId] = useState<string | null>(null);
  const chosenPolicy = policyId ?? policies?.items[0]?.id ?? "";
  const shown = words[asked ?? "enable"];

  async function doAll(action: Action): Promise<Explanation | null> {
    const failures: { readonly user: ChosenUser; readonly problem: Explanation }[] = [];
    for (const user of users) {
      try {
        await doOne(action, user.id, chosenPolicy);
      } catch (error) {
        failures.push({ user, problem: problemOf(error) });
      }
    }
    await queryClient.invalidateQueries();
    const done = users.length - failures.length;
    if (done > 0) toast(`${done} ${done === 1 ? "user" : "users"} ${words[action].done}.`);
    const first = failures[0];
    if (first === undefined) {
      onDone();
      return null;
    }
    return {
      ...first.problem,
      what: `${failures.length} of ${users.length} were left as they are: ${failures.map(({ user }) => user.userName).join(", ")}.`,
    };
  }
  return (
    <>
      <Menu position="bottom-start">
        <Menu.Target>
          <Button
            size="compact-sm"
            variant="default"
            rightSection={<ChevronDown size={14} aria-hidden="true" />}
          >
            Do with them
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          {can("users.unlock") && <Menu.Item onClick={() => setAsked("unlock")}>Unlock…</Menu.Item>}
          {can("users.edit") && policies !== undefined && (
            <Menu.Item onClick={() => setAsked("policy")}>Change policy…</Menu.Item>
          )}
          {can("users.edit") && <Menu.Item onClick={() => setAsked("enable")}>Enable…</Menu.Item>}
          {can("users.edit") && (
            <Menu.Item color="red" onClick={() => setAsked("disable")}>
              Disable…
            </Menu.Item>
          )}
        </Menu.Dropdown>
      </Menu>
      <ConfirmDialog
        opened={asked !== null}
        onClose={() => setAsked(null)}
        title={`${shown.verb} ${users.length} ${users.length === 1 ? "user" : "users"}?`}
        action={asked === "policy" ? "Change policy" : shown.verb}
        dangerous={asked === "disable"}
        onConfirm={() => doAll(asked ?? "enable")}
      >
        <p>{shown.effect}</p>
        <p>
          {users
            .slice(0, 8)
            .map(({ userName }) => userName)
            .join(", ")}
          {users.length > 8 && ` and ${users.length - 8} more`}
        </p>
        {asked === "policy" && (
          <NativeSelect
            label="User policy"
            value={chosenPolicy}
            onChange={(event) => setPolicyId(event.currentTarget.value)}
            data={(policies?.items ?? []).map(({ id, name }) => ({ value: id, label: name }))}
          />
        )}
      </ConfirmDialog>
    </>
  );
}

async function doOne(action: Action, id: string, policyId: string): Promise<void> {
  const params = { path: { id } };
  if (action === "unlock") {
    await call("unlock the user", () => api.POST("/api/v1/users/{id}/unlock", { params }));
    return;
  }
  const body =
    action === "policy"
      ? { policyId }
      : { status: action === "enable" ? ("active" as const) : ("disabled" as const) };
  await call("change the user", () => api.PATCH("/api/v1/users/{id}", { params, body }));
}
