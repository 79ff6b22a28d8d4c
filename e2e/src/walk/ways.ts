import { answers } from "../../rig/pty.ts";
import { su } from "../../rig/su.ts";
import { sudo } from "../../rig/sudo.ts";
import type { Person } from "../enterprise/person.ts";
import { typing, type Workstation } from "../enterprise/workstation.ts";

export interface WayResult {
  readonly signedIn: boolean;
  /** What the person read besides the prompts. */
  readonly said: string;
}
export type Way = (workstation: Workstation, person: Person, code: string) => Promise<WayResult>;

/** Every way in which Debian's programs sign people in, and who calls su. */
export const ways = {
  "sshd, prompt by prompt": async (workstation, person, code) => {
    const done = await workstation.ssh(person, { answer: typing(person.password, code) });
    return { signedIn: done.signedIn && done.stdout === `${person.userName}\n`, said: done.lines.join("\n") };
  },
  "sshd, password and code in one line": async (workstation, person, code) => {
    const done = await workstation.ssh(person, {
      method: "password",
      answer: answers(person.password + code),
    });
    return { signedIn: done.signedIn && done.stdout === `${person.userName}\n`, said: done.lines.join("\n") };
  },
  su: async (workstation, person, code) => {
    const done = await su(workstation.machine, {
      as: workstation.account(suCaller),
      to: person.userName,
      answer: typing(person.password, code),
    });
    return { signedIn: done.code === 0 && done.lines.at(-1) === person.userName, said: done.shown };
  },
  sudo: async (workstation, person, code) => {
    const done = await sudo(workstation.machine, {
      as: workstation.account(person.userName),
      answer: typing(person.password, code),
    });
    return { signedIn: done.code === 0 && done.lines.at(-1) === "root", said: done.shown };
  },
  pamtester: async (workstation, person, code) => {
    const done = await workstation.signIn(person, code);
    return { signedIn: done.succeeded, said: done.information.join("\n") };
  },
} as const satisfies Record<string, Way>;

export const suCaller = "caller";
