import type { Schema } from "@holdfast/api-client/client";
import { Panel, Parts } from "@holdfast/ui/page";
import { BypassPanel } from "../bypass/bypass-panel.tsx";
import { OutlookTable } from "../endpoints/outlook-table.tsx";
import { useCan } from "../frame/session.ts";

/** Where this person may sign in without the network, until when and how often; and where he can be helped. */
export function UserOffline({ user }: { readonly user: Schema<"UserView"> }) {
  const can = useCan();
  return (
    <Parts>
      {can("endpoints.read") && (
        <Panel
          title="Offline sign-in"
          lead="What endpoints hold for this user. Numbers are what was handed out at most: an endpoint that is away may have used some."
          flush
        >
          <OutlookTable
            of={{ userId: user.id }}
            empty="No endpoint holds anything for this user. It comes with a sign-in at a connected endpoint, where the policy allows offline sign-in."
          />
        </Panel>
      )}
      <BypassPanel user={user} />
    </Parts>
  );
}
