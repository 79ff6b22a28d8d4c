import type { Schema } from "@holdfast/api-client/client";
import { FormDialog, typed } from "@holdfast/ui/form-dialog";
import { Callout } from "@holdfast/ui/state-badge";
import { useToast } from "@holdfast/ui/toasts";
import { api, useAct } from "@holdfast/web-calls/calls";
import { Checkbox, TextInput } from "@mantine/core";
import { useState } from "react";
import { windowMargin } from "./token-state.tsx";

type SizesDialogProps = {
  readonly token: Schema<"TokenView">;
  readonly opened: boolean;
  readonly onClose: () => void;
};

/** Cache and window of one token. A cache that needs a larger window raises it only when that is agreed to. */
export function SizesDialog({ token, opened, onClose }: SizesDialogProps) {
  const { act } = useAct();
  const toast = useToast();
  const [cacheSize, setCacheSize] = useState(String(token.cacheSize ?? ""));
  const [windowSize, setWindowSize] = useState(String(token.windowSize ?? ""));
  const window = windowSize === "" ? token.effectiveWindowSize : Number(windowSize);
  const neededWindow = Number(cacheSize) + windowMargin;
  const needsMore = cacheSize !== "" && neededWindow > window;
  return (
    <FormDialog
      opened={opened}
      onClose={onClose}
      title={`Sizes of ${token.label}`}
      action="Save"
      onSubmit={(form) =>
        act(
          "change the sizes",
          () =>
            api.PATCH("/api/v1/tokens/{id}", {
              params: { path: { id: token.id } },
              body: {
                cacheSize: cacheSize === "" ? null : Number(cacheSize),
                windowSize: windowSize === "" ? null : Number(windowSize),
                ...(typed(form, "confirmWindow") === undefined ? {} : { confirmWindow: true }),
              },
            }),
          () => toast("The sizes were changed. Endpoints get them with the next refill."),
        )
      }
    >
      {token.offlineCapable && (
        <TextInput
          type="number"
          min={1}
          max={1000}
          label="Cache size"
          description="Codes that an endpoint keeps. Empty: the user's, the policy's or the client profile's number."
          value={cacheSize}
          onChange={(event) => setCacheSize(event.currentTarget.value)}
          data-autofocus
        />
      )}
      <TextInput
        type="number"
        min={1}
        max={2000}
        label="OTP window size"
        description="How far ahead the server looks for a code. Empty: the policy's. A large window makes guessing easier."
        value={windowSize}
        onChange={(event) => setWindowSize(event.currentTarget.value)}
      />
      {needsMore && (
        <Callout tone="caution" title="The window is too small for this cache">
          <p>
            Up to {cacheSize} codes may be used while the server is away, and the window of {window} has to
            find the token again afterwards, with {windowMargin} to spare.
          </p>
          <Checkbox mt="sm" name="confirmWindow" label={`Raise the window to ${neededWindow}`} required />
        </Callout>
      )}
    </FormDialog>
  );
}
