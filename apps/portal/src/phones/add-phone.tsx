import { api, useRead } from "@holdfast/web-calls/calls";
import { Button } from "@mantine/core";
import { lazy, Suspense, useState } from "react";
import classes from "../methods/methods.module.css";

const RegistrationDialog = lazy(async () => ({
  default: (await import("./registration-dialog.tsx")).RegistrationDialog,
}));

/** A phone as the one more way to sign in that is due before anything else (TC-46); nothing where he may add none. */
export function AddPhone({ onAdded }: { readonly onAdded: () => void }) {
  const [adding, setAdding] = useState(false);
  const { data } = useRead(["me", "phones"], "list your phones", () => api.GET("/api/v1/me/phones"));
  if (data?.mayRegister !== true) return null;
  return (
    <div className={classes.method}>
      <div>
        <p className={classes.name}>Phone</p>
        <p className={classes.about}>
          The authenticator app of this enterprise. Codes with and without the network
          {data.registers === "online" && ", and approving with one press"}.
        </p>
      </div>
      <div className={classes.actions}>
        <Button size="md" onClick={() => setAdding(true)}>
          Add a phone
        </Button>
      </div>
      {adding && (
        <Suspense fallback={null}>
          <RegistrationDialog
            rescanned={null}
            mode={data.registers}
            onClose={(registered) => {
              setAdding(false);
              if (registered) onAdded();
            }}
          />
        </Suspense>
      )}
    </div>
  );
}
