import type { Right } from "@holdfast/protocol/rights";

/** Sections and words of the page of roles, in its order (TC-15, TC-16). */
export const sections: readonly {
  readonly section: "Properties" | "Users" | "Endpoints" | "Audit";
  readonly rights: readonly { readonly right: Right; readonly text: string }[];
}[] = [
  {
    section: "Properties",
    rights: [
      { right: "properties.read", text: "View settings, policies, roles and groups" },
      { right: "properties.settings", text: "Change settings" },
      { right: "properties.policies", text: "Create, change and delete user policies" },
      { right: "properties.roles", text: "Create, change and assign roles" },
      { right: "properties.groups", text: "Create groups and change their members" },
      { right: "properties.api-keys", text: "Issue and revoke API keys" },
      { right: "properties.keys", text: "Rotate keys and renew certificates" },
      { right: "properties.temporary-codes", text: "Enable/disable temporary codes" },
      { right: "properties.radius", text: "Register RADIUS clients and change their secrets" },
      { right: "properties.senders", text: "Set up how SMS and e-mail are sent" },
      { right: "properties.token-import", text: "Import tokens" },
      { right: "properties.authenticator-app", text: "Set up the authenticator app" },
    ],
  },
  {
    section: "Users",
    rights: [
      { right: "users.read", text: "View users" },
      { right: "users.create", text: "Create users" },
      { right: "users.edit", text: "Change users" },
      { right: "users.delete", text: "Delete users" },
      { right: "users.unlock", text: "Unlock users" },
      { right: "users.password", text: "Reset passwords" },
      { right: "users.authenticators", text: "Enrol, change and remove authentication methods" },
      { right: "users.temporary-codes", text: "Generate/revoke temporary codes" },
      { right: "users.bypass-codes", text: "Give bypass codes for computers without a network" },
      { right: "users.lock", text: "Lock users and report their devices stolen" },
      { right: "users.proofing", text: "Record and confirm identity proofing" },
      { right: "users.push", text: "Enable/disable Mobile Push" },
    ],
  },
  {
    section: "Endpoints",
    rights: [
      { right: "endpoints.read", text: "View endpoints" },
      { right: "endpoints.enrol", text: "Issue enrolment codes" },
      { right: "endpoints.edit", text: "Change endpoints" },
      { right: "endpoints.revoke", text: "Revoke endpoints" },
    ],
  },
  {
    section: "Audit",
    rights: [
      { right: "audit.read", text: "View the audit and alerts" },
      { right: "audit.export", text: "Export the audit" },
      { right: "audit.alerts", text: "Close alerts" },
    ],
  },
];

export function textOf(wanted: Right): string {
  for (const { rights } of sections) for (const { right, text } of rights) if (right === wanted) return text;
  return wanted;
}
