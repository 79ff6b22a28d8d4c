import { AccountMenu } from "@holdfast/ui/account-menu";
import { useSession } from "@holdfast/web-calls/session";
import { useSignOut } from "./sign-out.ts";

/** Who is signed in, and the way out. */
export function OwnAccount() {
  const { user } = useSession();
  return <AccountMenu displayName={user.displayName} label={user.userName} onSignOut={useSignOut()} />;
}
