import type { Person, TestEndpoint } from "../../agent/enterprise.ts";
import type { Hospital } from "./hospital.ts";

const people = [
  ["nora", "Nora Ward"],
  ["oskar", "Oskar Lind"],
  ["mira", "Mira Okafor"],
  ["jonas", "Jonas Beck"],
  ["lea", "Lea Fontaine"],
  ["pavel", "Pavel Novák"],
  ["ines", "Inês Duarte"],
  ["tomas", "Tomás Rivera"],
  ["yuki", "Yuki Tanaka"],
  ["sami", "Sami Haddad"],
] as const;

/** What happens on the wards of a small hospital: people with tokens, endpoints that are there and one that is away. */
export type Ward = {
  readonly nora: Person;
  readonly oskar: Person;
  readonly here: TestEndpoint;
  readonly away: TestEndpoint;
  readonly hereId: string;
  readonly awayId: string;
  readonly policyId: string;
  readonly windowId: string;
  readonly groupId: string;
  readonly helpDeskId: string;
};

export async function openWard({ enterprise }: Hospital): Promise<Ward> {
  const policyId = await enterprise.admin<{ id: string }>("POST", "/policies", {
    name: "Wards",
    changes: { offline: { enabled: true, cacheSize: 25, warnBelow: 5 } },
  });
  const made = new Map<string, Person>();
  for (const [userName, displayName] of people) {
    const person = await enterprise.person(userName, policyId.id, { kind: "hotp", label: "Key fob" });
    await enterprise.admin("PATCH", `/users/${person.userId}`, { displayName });
    made.set(userName, person);
  }
  const nora = made.get("nora") as Person;
  const oskar = made.get("oskar") as Person;
  // Without a token, and with one that offline sign-in cannot use.
  await enterprise.admin("POST", "/users", {
    userName: "vera",
    displayName: "Vera Holm",
    policyId: policyId.id,
  });
  const timeOnly = await enterprise.admin<{ id: string }>("POST", "/users", {
    userName: "wim",
    displayName: "Wim Peeters",
    password: "password of wim",
    policyId: policyId.id,
  });
  await enterprise.admin("POST", `/users/${timeOnly.id}/tokens`, { kind: "totp", label: "Phone" });
  const group = await enterprise.admin<{ id: string }>("POST", "/groups", { name: "Ward 7" });
  const ward7 = await enterprise.endpoint({ name: "ward-7" });
  const away = await enterprise.endpoint({ name: "theatre-2", site: "main" });
  await ward7.signInOnline(nora);
  await ward7.signInOnline(oskar);
  await away.signInOnline(made.get("mira") as Person);
  await away.signInOnline(nora);
  await ward7.signIn(nora, "000000");
  await away.stop();
  await enterprise.admin("PATCH", `/groups/${group.id}/members`, {
    add: { userIds: [nora.userId, oskar.userId] },
  });
  const { items: endpoints } = await enterprise.admin<{ items: { id: string; name: string }[] }>(
    "GET",
    "/endpoints",
  );
  const idOf = (name: string) => endpoints.find((endpoint) => endpoint.name === name)?.id ?? "";
  const fobs = ["FT-20417,hotp,nora", "FT-20418,totp,", "FT-20419,hotp,"].map(
    (fob) => `${fob},3132333435363738393031323334353637383930,Feitian`,
  );
  const content = ["serial,type,user,secret,maker", ...fobs].join("\n");
  await enterprise.admin("POST", "/token-imports", { format: "csv", content });
  await enterprise.admin("POST", "/radius/clients", { name: "VPN north", address: "192.0.2.10" });
  const window = await enterprise.admin<{ id: string }>("POST", "/maintenance-windows", {
    name: "Upgrade",
    fromMs: Date.now() + 86_400_000,
    toMs: Date.now() + 90_000_000,
  });
  const { items: roles } = await enterprise.admin<{ items: { id: string; name: string }[] }>("GET", "/roles");
  const helpDesk =
    roles.find(({ name }) => name === "Help desk") ??
    (await enterprise.admin<{ id: string }>("POST", "/roles", {
      name: "Help desk",
      rights: ["users.read", "users.unlock", "endpoints.read"],
    }));
  return {
    nora,
    oskar,
    here: ward7,
    away,
    hereId: idOf("ward-7"),
    awayId: idOf("theatre-2"),
    policyId: policyId.id,
    windowId: window.id,
    groupId: group.id,
    helpDeskId: helpDesk.id,
  };
}
