import type { Schema } from "@holdfast/api-client/client";
import { ConfirmDialog } from "@holdfast/ui/confirm-dialog";
import { FormDialog, typed } from "@holdfast/ui/form-dialog";
import { useToast } from "@holdfast/ui/toasts";
import { api, useAct } from "@holdfast/web-calls/calls";
import { Button, Checkbox, Menu, TextInput } from "@mantine/core";
import ChevronDown from "lucide-react/icons/chevron-down";
import { useState } from "react";
import { type Phone, phoneTypes, phoneTypeWords } from "./phone-words.ts";

type Props = { readonly user: Schema<"UserView">; readonly phone: Phone };

/** What the help desk can do with somebody's phone. */
export function PhoneActions({ user, phone }: Props) {
  const { act } = useAct();
  const toast = useToast();
  const [asked, setAsked] = useState<"change" | "status" | "remove" | null>(null);
  const close = () => setAsked(null);
  const params = { path: { id: user.id, phoneId: phone.id } };
  const disables = phone.status === "enabled";
  const verb = disables ? "Disable" : "Enable";
  return (
    <>
      <Menu position="bottom-end">
        <Menu.Target>
          <Button
            variant="default"
            size="compact-sm"
            aria-label={`Actions for ${phone.label}`}
            rightSection={<ChevronDown size={14} aria-hidden="true" />}
          >
            Actions
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item onClick={() => setAsked("change")}>Name and types…</Menu.Item>
          <Menu.Item onClick={() => setAsked("status")}>{verb}…</Menu.Item>
          <Menu.Item color="red" onClick={() => setAsked("remove")}>
            Remove…
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      <FormDialog
        opened={asked === "change"}
        onClose={close}
        title={`${phone.label} of ${user.userName}`}
        lead={
          phone.mode === "online"
            ? "The phone follows at once, or when it next connects."
            : "This phone has no connection. What is taken away ends here at once; what is added needs Rescan Device in the portal."
        }
        action="Save"
        onSubmit={(form) => {
          const types = phoneTypes.filter((type) => form.getAll("types").includes(type));
          if (types.length === 0)
            return Promise.resolve({
              what: "A phone that can do nothing is of no use.",
              next: "Choose at least one type, or remove the phone.",
            });
          return act(
            "change the phone",
            () =>
              api.PATCH("/api/v1/users/{id}/phones/{phoneId}", {
                params,
                body: { label: typed(form, "label") ?? phone.label, types },
              }),
            () => toast(`${phone.label} was changed.`),
          );
        }}
      >
        <TextInput
          name="label"
          label="Name"
          defaultValue={phone.label}
          maxLength={60}
          required
          autoComplete="off"
          data-autofocus
        />
        {phoneTypes.map((type) => (
          <Checkbox
            key={type}
            name="types"
            value={type}
            label={phoneTypeWords[type].name}
            description={phoneTypeWords[type].about}
            defaultChecked={phone.types.includes(type)}
            disabled={phone.mode === "offline" && type === "push"}
          />
        ))}
      </FormDialog>
      <ConfirmDialog
        opened={asked === "status"}
        onClose={close}
        title={`${verb} ${phone.label} of ${user.userName}?`}
        action={verb}
        dangerous={disables}
        onConfirm={() =>
          act(
            `${disables ? "disable" : "enable"} the phone`,
            () =>
              api.PATCH("/api/v1/users/{id}/phones/{phoneId}", {
                params,
                body: { status: disables ? "disabled" : "enabled" },
              }),
            () => toast(`${phone.label} is ${disables ? "disabled" : "enabled"}.`),
          )
        }
      >
        {disables ? (
          <>
            <p>Its codes are refused and it cannot approve, until it is enabled again.</p>
            <p>Endpoints without a connection take its codes until they make contact.</p>
          </>
        ) : (
          <p>Its codes and approvals count again.</p>
        )}
      </ConfirmDialog>
      <ConfirmDialog
        opened={asked === "remove"}
        onClose={close}
        title={`Remove ${phone.label} of ${user.userName}?`}
        action="Remove phone"
        dangerous
        onConfirm={() =>
          act(
            "remove the phone",
            () => api.DELETE("/api/v1/users/{id}/phones/{phoneId}", { params }),
            () => toast(`${phone.label} was removed.`),
          )
        }
      >
        <p>
          Its keys and codes are worth nothing any more, and its connection is dropped. This cannot be taken
          back; the person can register it again.
        </p>
        <p>Only a new phone? Rescan Device in the portal keeps this one's place.</p>
        <p>Endpoints without a connection take its codes until they make contact.</p>
      </ConfirmDialog>
    </>
  );
}
