import { Centred } from "@holdfast/ui/centred";
import { FormEnd } from "@holdfast/ui/page";
import { ProblemNote, type ProblemText } from "@holdfast/ui/states";
import { api, queryClient, useAct } from "@holdfast/web-calls/calls";
import { FreshSignInGate } from "@holdfast/web-calls/fresh-gate.tsx";
import { Button, PasswordInput } from "@mantine/core";
import { useRouter } from "@tanstack/react-router";
import { type FormEvent, useState } from "react";
import { useProduct } from "../frame/product.ts";
import { useSignOut } from "../frame/sign-out.ts";

/** The PIN was right and has expired: a new one comes before anything else. */
export function NewPinPage() {
  const router = useRouter();
  const signOut = useSignOut();
  const { act, busy } = useAct();
  const { productName } = useProduct();
  const [problem, setProblem] = useState<ProblemText | null>(null);
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const pin = String(form.get("pin") ?? "");
    if (pin !== form.get("again"))
      return setProblem({ what: "The two are not the same.", next: "Type your PIN again." });
    setProblem(null);
    const refused = await act("set your PIN", () =>
      api.POST("/api/v1/me/authenticators", { body: { kind: "pin", pin } }),
    );
    if (refused !== null) return setProblem(refused);
    queryClient.clear();
    await router.navigate({ to: "/" });
  };
  return (
    <FreshSignInGate>
      <Centred
        productName={productName}
        title="A new PIN"
        lead="Your PIN has expired. Set a new one now; everything else waits for it."
        foot={
          <Button variant="subtle" onClick={() => void signOut()}>
            Sign out
          </Button>
        }
      >
        <form onSubmit={(event) => void submit(event)}>
          <PasswordInput
            name="pin"
            label="New PIN"
            inputMode="numeric"
            autoComplete="new-password"
            required
            withAsterisk={false}
          />
          <PasswordInput
            name="again"
            label="The same PIN again"
            inputMode="numeric"
            autoComplete="new-password"
            required
            withAsterisk={false}
          />
          <ProblemNote problem={problem} />
          <FormEnd>
            <Button type="submit" size="md" loading={busy}>
              Set the new PIN
            </Button>
          </FormEnd>
        </form>
      </Centred>
    </FreshSignInGate>
  );
}
