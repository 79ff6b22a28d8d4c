import type { Schema } from "@holdfast/api-client/client";
import { AddressDialog } from "@holdfast/ui/address-dialog";
import { api, useAct } from "@holdfast/web-calls/calls";

type Kind = "sms-code" | "email-code";

/** One's own phone number or mail address, proven by the code that arrives there. */
export function OwnAddressDialog({
  kind,
  onClose,
  onAdded,
}: {
  readonly kind: Kind | null;
  readonly onClose: () => void;
  readonly onAdded: (kind: Kind) => void;
}) {
  const { act } = useAct();
  return (
    <AddressDialog
      kind={kind}
      whose=""
      onClose={onClose}
      onBegin={async (which, address) => {
        let proof: Schema<"AddressProof"> | null = null;
        const problem = await act(
          "send the code",
          () => api.POST("/api/v1/me/authenticators/proofs", { body: { kind: which, address } }),
          (begun) => {
            proof = begun;
          },
        );
        return { proof, problem };
      }}
      onEnd={(id, code) =>
        act(
          "add it",
          () =>
            api.POST("/api/v1/me/authenticators/proofs/{id}", { params: { path: { id } }, body: { code } }),
          () => {
            if (kind !== null) onAdded(kind);
          },
        )
      }
    />
  );
}
