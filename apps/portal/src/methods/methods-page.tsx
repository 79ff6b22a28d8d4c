import { PageHeader, Panel, Parts } from "@holdfast/ui/page";
import { ErrorState, LoadingPage } from "@holdfast/ui/states";
import { useState } from "react";
import { useProfile } from "../frame/profile.ts";
import { PhonesPanel } from "../phones/phones-panel.tsx";
import { AddMethod } from "./add-method.tsx";
import { MethodList } from "./method-list.tsx";
import { PasswordDialog } from "./password-dialog.tsx";

/** One's password and everything else one signs in with. */
export function MethodsPage() {
  const { data: profile, problem, retry } = useProfile();
  const [changingPassword, setChangingPassword] = useState(false);
  if (problem !== null) return <ErrorState problem={problem} onRetry={retry} />;
  if (profile === undefined) return <LoadingPage what="how you sign in" />;
  return (
    <>
      <PageHeader
        title="How I sign in"
        lead="Keep at least two ways, so that losing one does not lock you out."
      />
      <Parts>
        <MethodList profile={profile} onChangePassword={() => setChangingPassword(true)} />
        <PhonesPanel mayEnrol={profile.mayEnrol.includes("totp") || profile.mayEnrol.includes("push")} />
        <Panel title="Add another way" lead="What your administrators leave to you.">
          <AddMethod mayEnrol={profile.mayEnrol} helpDeskContact={profile.helpDeskContact} />
        </Panel>
      </Parts>
      <PasswordDialog
        minimumLength={profile.minimumPasswordLength}
        opened={changingPassword}
        onClose={() => setChangingPassword(false)}
      />
    </>
  );
}
