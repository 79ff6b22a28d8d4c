import { administratorOptions } from "./admin/administrator-options.ts";
import { alertCommands } from "./admin/alerts.ts";
import { apiKeyCommands } from "./admin/api-keys.ts";
import { auditCommands } from "./admin/audit.ts";
import { connectionCommands } from "./admin/bootstrap.ts";
import { backupCommands } from "./admin/backups.ts";
import { cacheSizeCommands } from "./admin/cache-size.ts";
import { clientProfileCommands } from "./admin/client-profiles.ts";
import { endpointCommands } from "./admin/endpoints.ts";
import { keyCommands } from "./admin/keys.ts";
import { outlookCommands } from "./admin/outlook.ts";
import { policyCommands } from "./admin/policies.ts";
import { tokenCommands } from "./admin/tokens.ts";
import { userCommands } from "./admin/users.ts";
import { contactCommand } from "./endpoint/contact.ts";
import { doctorCommand } from "./endpoint/doctor/doctor.ts";
import { enrollCommand } from "./endpoint/enroll.ts";
import { overviewCommand } from "./endpoint/overview.ts";
import { statusCommand } from "./endpoint/status.ts";
import type { Tree } from "./frame/run.ts";

/** Every command there is, in the order that help and reference show them. */
export const commandTree: Tree = {
  commands: [
    statusCommand,
    enrollCommand,
    contactCommand,
    doctorCommand,
    ...connectionCommands,
    ...userCommands,
    ...tokenCommands,
    ...policyCommands,
    ...endpointCommands,
    ...clientProfileCommands,
    ...outlookCommands,
    ...auditCommands,
    ...alertCommands,
    ...cacheSizeCommands,
    ...apiKeyCommands,
    ...keyCommands,
    ...backupCommands,
  ],
  groups: [
    { words: ["admin"], summary: "Administer users, tokens, policies and endpoints at a server" },
    { words: ["admin", "users"], summary: "Users: who may sign in" },
    { words: ["admin", "tokens"], summary: "Tokens: what users prove themselves with beside the password" },
    { words: ["admin", "policies"], summary: "Policies: lockout, offline rights and limits" },
    { words: ["admin", "endpoints"], summary: "Endpoints: where users sign in" },
    { words: ["admin", "client-profile"], summary: "Client profiles: what a client has to be told" },
    { words: ["admin", "audit"], summary: "Audit: what happened" },
    { words: ["admin", "alerts"], summary: "Alerts: what somebody should look into" },
    { words: ["admin", "cache-size"], summary: "Cache sizes: how many codes an endpoint should hold" },
    { words: ["admin", "api-keys"], summary: "API keys: administrators and programs" },
  ],
  overview: overviewCommand,
  administratorOptions,
};
