import { ConfirmDialog } from "@holdfast/ui/confirm-dialog";
import { Panel } from "@holdfast/ui/page";
import { RenameDialog } from "@holdfast/ui/rename-dialog";
import { StateBadge } from "@holdfast/ui/state-badge";
import { EmptyState, ErrorState, LoadingRows } from "@holdfast/ui/states";
import { api, useAct, useRead } from "@holdfast/web-calls/calls";
import { Button } from "@mantine/core";
import { lazy, Suspense, useState } from "react";
import classes from "../methods/methods.module.css";
import { abilityText, type Phone, registeredText } from "./phone-words.ts";

/** Draws QR codes, which the list does not need. */
const RegistrationDialog = lazy(async () => ({
  default: (await import("./registration-dialog.tsx")).RegistrationDialog,
}));

/** One's phones: added, scanned again, named and removed. `mayEnrol`: the policy leaves their keys to the person. */
export function PhonesPanel({ mayEnrol }: { readonly mayEnrol: boolean }) {
  const { act } = useAct();
  /** `rescanned` null: a new one. */
  const [registering, setRegistering] = useState<{ readonly rescanned: Phone | null } | null>(null);
  const [renaming, setRenaming] = useState<Phone | null>(null);
  const [removing, setRemoving] = useState<Phone | null>(null);
  const { data, problem, retry } = useRead(["me", "phones"], "list your phones", () =>
    api.GET("/api/v1/me/phones"),
  );
  const phones = data?.items;
  const mayAdd = data?.mayRegister === true;
  if (!mayAdd && phones?.length === 0) return null;
  return (
    <Panel
      title="My phones"
      lead="The authenticator app: approves sign-ins, and shows codes with or without a network."
      actions={
        mayAdd && (
          <Button size="md" onClick={() => setRegistering({ rescanned: null })}>
            Add a phone
          </Button>
        )
      }
    >
      {problem !== null && <ErrorState problem={problem} onRetry={retry} />}
      {problem === null && phones === undefined && <LoadingRows rows={2} what="your phones" />}
      {phones?.length === 0 && (
        <EmptyState title="No phone yet.">
          {data?.registers === "online"
            ? "It takes a minute: scan one QR code with it, and compare six digits."
            : "It takes a minute: scan one QR code with it, and type the Device ID that it shows. The phone needs no network."}
        </EmptyState>
      )}
      {phones !== undefined && phones.length > 0 && (
        <ul className={classes.list} aria-label="Phones">
          {phones.map((phone) => (
            <li key={phone.id} className={classes.method}>
              <div>
                <p className={classes.name}>{phone.label}</p>
                <p className={classes.about}>
                  {registeredText(phone)}. Device ID {phone.deviceId}
                </p>
                <p className={classes.about}>{abilityText(phone)}</p>
              </div>
              <PhoneState phone={phone} />
              <div className={classes.actions}>
                {mayEnrol && (
                  <Button
                    variant="default"
                    aria-label={`Rescan Device ${phone.label}`}
                    onClick={() => setRegistering({ rescanned: phone })}
                  >
                    Rescan Device
                  </Button>
                )}
                <Button
                  variant="default"
                  aria-label={`Rename ${phone.label}`}
                  onClick={() => setRenaming(phone)}
                >
                  Rename
                </Button>
                <Button
                  variant="default"
                  aria-label={`Remove ${phone.label}`}
                  onClick={() => setRemoving(phone)}
                >
                  Remove
                </Button>
              </div>
            </li>
          ))}
        </ul>
      )}
      {registering !== null && (
        <Suspense fallback={null}>
          <RegistrationDialog
            rescanned={registering.rescanned}
            mode={data?.registers ?? "online"}
            onClose={() => setRegistering(null)}
          />
        </Suspense>
      )}
      <RenameDialog
        name={renaming?.label ?? null}
        maxLength={60}
        onClose={() => setRenaming(null)}
        onRename={(label) =>
          act("rename the phone", () =>
            api.PATCH("/api/v1/me/phones/{phoneId}", {
              params: { path: { phoneId: renaming?.id ?? "" } },
              body: { label },
            }),
          )
        }
      />
      <ConfirmDialog
        opened={removing !== null}
        onClose={() => setRemoving(null)}
        title={`Remove ${removing?.label}?`}
        action="Remove"
        dangerous
        onConfirm={() =>
          act("remove the phone", () =>
            api.DELETE("/api/v1/me/phones/{phoneId}", { params: { path: { phoneId: removing?.id ?? "" } } }),
          )
        }
      >
        <p>Its codes and approvals are worth nothing any more. You can add it again, as a new one.</p>
        <p>
          Only a new phone, or an app that lost its data? Cancel, and choose Rescan Device: name and place
          stay.
        </p>
        <p>Computers without the network may take its codes until they have contact.</p>
      </ConfirmDialog>
    </Panel>
  );
}

function PhoneState({ phone }: { readonly phone: Phone }) {
  if (phone.status === "disabled") return <StateBadge tone="quiet">Switched off</StateBadge>;
  if (phone.silent) return <StateBadge tone="caution">Not heard of for long</StateBadge>;
  return <StateBadge tone="good">Ready</StateBadge>;
}
