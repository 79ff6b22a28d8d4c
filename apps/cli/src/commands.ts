import { addressProofCommands } from "./admin/address-proofs.ts";
import { administratorOptions } from "./admin/administrator-options.ts";
import { administratorCommands } from "./admin/administrators.ts";
import { alertCommands } from "./admin/alerts.ts";
import { apiKeyCommands } from "./admin/api-keys.ts";
import { auditCommands } from "./admin/audit.ts";
import { authenticatorCommands } from "./admin/authenticators.ts";
import { backupCommands } from "./admin/backups.ts";
import { connectionCommands } from "./admin/bootstrap.ts";
import { bypassCommands } from "./admin/bypass.ts";
import { cacheSizeCommands } from "./admin/cache-size.ts";
import { certificateCommands } from "./admin/certificates.ts";
import { clientProfileCommands } from "./admin/client-profiles.ts";
import { endpointCommands } from "./admin/endpoints.ts";
import { groupCommands } from "./admin/groups.ts";
import { keyCommands } from "./admin/keys.ts";
import { masterKeyCommands } from "./admin/master-key.ts";
import { outlookCommands } from "./admin/outlook.ts";
import { phoneCommands } from "./admin/phones.ts";
import { policyCommands } from "./admin/policies.ts";
import { proofingCommands } from "./admin/proofing.ts";
import { pushCommands } from "./admin/push.ts";
import { radiusCommands } from "./admin/radius/radius.ts";
import { roleCommands } from "./admin/roles.ts";
import { senderCommands } from "./admin/senders.ts";
import { settingCommands } from "./admin/settings.ts";
import { statementKeyCommands } from "./admin/statement-keys.ts";
import { temporaryCodeCommands } from "./admin/temporary-codes.ts";
import { tokenStockCommands } from "./admin/token-stock.ts";
import { tokenCommands } from "./admin/tokens.ts";
import { userLockCommands } from "./admin/user-locks.ts";
import { userCommands } from "./admin/users.ts";
import { contactCommand } from "./endpoint/contact.ts";
import { doctorCommand } from "./endpoint/doctor/doctor.ts";
import { enrollCommand } from "./endpoint/enroll.ts";
import { overviewCommand } from "./endpoint/overview.ts";
import { statusCommand } from "./endpoint/status.ts";
import type { Tree } from "./frame/command-tree.ts";
import { registerCommand } from "./phones/register.ts";
import { verifyCommand } from "./signing/verify.ts";

/** Every command there is, in the order that help and reference show them. */
export const commandTree: Tree = {
  commands: [
    statusCommand,
    enrollCommand,
    contactCommand,
    doctorCommand,
    registerCommand,
    verifyCommand,
    ...connectionCommands,
    ...userCommands,
    ...proofingCommands,
    ...userLockCommands,
    ...tokenCommands,
    ...tokenStockCommands,
    ...authenticatorCommands,
    ...addressProofCommands,
    ...phoneCommands,
    ...pushCommands,
    ...temporaryCodeCommands,
    ...bypassCommands,
    ...policyCommands,
    ...endpointCommands,
    ...clientProfileCommands,
    ...outlookCommands,
    ...auditCommands,
    ...alertCommands,
    ...cacheSizeCommands,
    ...administratorCommands,
    ...roleCommands,
    ...groupCommands,
    ...settingCommands,
    ...senderCommands,
    ...apiKeyCommands,
    ...masterKeyCommands,
    ...statementKeyCommands,
    ...keyCommands,
    ...backupCommands,
    ...radiusCommands,
    ...certificateCommands,
  ],
  groups: [
    { words: ["admin"], summary: "Administer users, tokens, policies and endpoints at a server" },
    { words: ["admin", "users"], summary: "Users: who may sign in" },
    {
      words: ["admin", "phones"],
      summary: "Phones: registered authenticator apps, and how they are registered",
    },
    { words: ["admin", "push"], summary: "Mobile Push: whose phone a sign-in asks" },
    { words: ["admin", "tokens"], summary: "Tokens: what users prove themselves with beside the password" },
    { words: ["admin", "authenticators"], summary: "Authenticators of every kind, tokens among them" },
    { words: ["admin", "temporary-codes"], summary: "Temporary codes: for who has no second factor at hand" },
    { words: ["admin", "bypass"], summary: "Help at a computer without a network: bypass codes and answers" },
    { words: ["admin", "policies"], summary: "Policies: lockout, offline rights and limits" },
    { words: ["admin", "endpoints"], summary: "Endpoints: where users sign in" },
    { words: ["admin", "client-profile"], summary: "Client profiles: what a client has to be told" },
    { words: ["admin", "audit"], summary: "Audit: what happened" },
    { words: ["admin", "alerts"], summary: "Alerts: what somebody should look into" },
    { words: ["admin", "cache-size"], summary: "Cache sizes: how many codes an endpoint should hold" },
    { words: ["admin", "administrators"], summary: "Administrators: users who have a role" },
    { words: ["admin", "roles"], summary: "Roles: what administrators may do, and where" },
    { words: ["admin", "groups"], summary: "Groups: users and endpoints that roles are held to" },
    { words: ["admin", "senders"], summary: "Senders: the mail server and the gateway for short messages" },
    { words: ["admin", "settings"], summary: "Settings of the enterprise: names, help desk, sessions" },
    { words: ["admin", "radius"], summary: "Remote access: RADIUS clients and FreeRADIUS" },
    { words: ["admin", "certificates"], summary: "Certificates: what this server presents" },
    { words: ["admin", "api-keys"], summary: "API keys: administrators and programs" },
  ],
  overview: overviewCommand,
  administratorOptions,
};
