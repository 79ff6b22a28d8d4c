import { Centred } from "@holdfast/ui/centred";
import { ErrorState, LoadingRows } from "@holdfast/ui/states";
import { queryClient } from "@holdfast/web-calls/calls";
import { FreshSignInGate } from "@holdfast/web-calls/fresh-gate.tsx";
import { Button } from "@mantine/core";
import { useRouter } from "@tanstack/react-router";
import { useProduct } from "../frame/product.ts";
import { useProfile } from "../frame/profile.ts";
import { useSignOut } from "../frame/sign-out.ts";
import { AddMethod } from "../methods/add-method.tsx";
import { AddPhone } from "../phones/add-phone.tsx";

/** A password alone is not enough any more: one more way is enrolled before anything else opens (TC-46). */
export function EnrolFirstPage() {
  const router = useRouter();
  const signOut = useSignOut();
  const { productName } = useProduct();
  const { data: profile, problem, retry } = useProfile();
  const go = async () => {
    queryClient.clear();
    await router.navigate({ to: "/" });
  };
  return (
    <FreshSignInGate>
      <Centred
        productName={productName}
        title="One more way to sign in"
        lead="A password alone is not enough here. Add one of these now; it takes a minute."
        foot={
          <Button variant="subtle" onClick={() => void signOut()}>
            Sign out
          </Button>
        }
      >
        {problem !== null && <ErrorState problem={problem} onRetry={retry} />}
        {profile === undefined && problem === null && <LoadingRows rows={3} what="what you can add" />}
        {profile !== undefined && (
          <>
            <AddPhone onAdded={() => void go()} />
            <AddMethod
              mayEnrol={profile.mayEnrol}
              helpDeskContact={profile.helpDeskContact}
              onAdded={() => void go()}
            />
          </>
        )}
      </Centred>
    </FreshSignInGate>
  );
}
