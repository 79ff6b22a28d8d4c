import { appendFile, chown, mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { runOk } from "./process.ts";

export interface NewAccount {
  readonly name: string;
  /** Default: the next free one from 2001 on. */
  readonly uid?: number;
  /** The local password in /etc/shadow; without one the account is locked there ("!"). */
  readonly password?: string;
  /** Groups besides the account's own; they must exist. */
  readonly groups?: readonly string[];
}

export interface NewGroup {
  readonly name: string;
  readonly gid?: number;
}

export interface Account {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
  readonly home: string;
}

export interface Accounts {
  addUser(user: NewAccount): Promise<Account>;
  addGroup(group: NewGroup): Promise<void>;
}

/** Keeps root and the system's own accounts (uid and gid below 1000) in the four files, and adds to them. */
export async function createAccounts(etc: string, homes: string): Promise<Accounts> {
  await mkdir(homes, { mode: 0o755 });
  const kept = await keepSystemAccounts(etc);
  let nextId = 2001;
  const takeId = (wanted: number | undefined) => wanted ?? nextId++;

  const addGroup = async ({ name, gid }: NewGroup) => {
    checkName(name, kept);
    await appendFile(join(etc, "group"), `${name}:x:${takeId(gid)}:\n`);
    await appendFile(join(etc, "gshadow"), `${name}:!::\n`);
  };
  const addUser = async (user: NewAccount) => {
    checkName(user.name, kept);
    const uid = takeId(user.uid);
    const home = join(homes, user.name);
    const hash = user.password === undefined ? "!" : await passwordHash(user.password);
    await addGroup({ name: user.name, gid: uid });
    for (const group of user.groups ?? []) await addMember(etc, group, user.name);
    await appendFile(join(etc, "shadow"), `${user.name}:${hash}:19700:0:99999:7:::\n`);
    await appendFile(join(etc, "passwd"), `${user.name}:x:${uid}:${uid}::${home}:/bin/sh\n`);
    await mkdir(home, { mode: 0o755 });
    await chown(home, uid, uid);
    return { name: user.name, uid, gid: uid, home };
  };
  return { addUser, addGroup };
}

async function keepSystemAccounts(etc: string): Promise<Set<string>> {
  const systemNames = async (file: string) => {
    const lines = (await readFile(join(etc, file), "utf8")).split("\n");
    const kept = lines.filter((line) => {
      const [name, , id] = line.split(":");
      return name !== "" && (Number(id) < 1000 || name === "nobody" || name === "nogroup");
    });
    await writeFile(join(etc, file), `${kept.join("\n")}\n`);
    return kept.map((line) => line.split(":")[0] as string);
  };
  const users = await systemNames("passwd");
  const groups = await systemNames("group");
  const locked = (name: string) => `${name}:*:19700:0:99999:7:::\n`;
  // The system's own password hashes have no business in a test.
  await writeFile(join(etc, "shadow"), users.map(locked).join(""), { mode: 0o640 });
  await writeFile(join(etc, "gshadow"), groups.map((name) => `${name}:*::\n`).join(""), { mode: 0o640 });
  return new Set([...users, ...groups]);
}

async function addMember(etc: string, group: string, user: string): Promise<void> {
  const path = join(etc, "group");
  const lines = (await readFile(path, "utf8")).split("\n");
  const index = lines.findIndex((line) => line.startsWith(`${group}:`));
  const line = lines[index];
  if (line === undefined) throw new Error(`no group ${group}: add it before its members`);
  lines[index] = line.endsWith(":") ? `${line}${user}` : `${line},${user}`;
  await writeFile(path, lines.join("\n"));
}

function checkName(name: string, taken: Set<string>): void {
  if (!/^[a-z_][a-z0-9_.-]{0,31}$/.test(name)) throw new Error(`not an account name: ${name}`);
  if (taken.has(name)) throw new Error(`a system account has this name already: ${name}`);
}

/** crypt(3) by Debian's essential perl; few rounds, for speed. */
async function passwordHash(password: string): Promise<string> {
  const program = "my $p = do { local $/; <STDIN> }; print crypt($p, q($6$rounds=1000$holdfaste2e))";
  return (await runOk("perl", ["-e", program], { input: password })).stdout;
}
