import type { Machine } from "./machine.ts";
import type { Answer, Conversation } from "./pty.ts";

export type PamOperation =
  | "authenticate"
  | "acct_mgmt"
  | "setcred"
  | "open_session"
  | "close_session"
  | "chauthtok";

/** The results that pamtester's text can be traced back to; "other" else, with the text in `message`. */
export type PamResult =
  | "PAM_SUCCESS"
  | "PAM_AUTH_ERR"
  | "PAM_PERM_DENIED"
  | "PAM_AUTHINFO_UNAVAIL"
  | "PAM_USER_UNKNOWN"
  | "PAM_MAXTRIES"
  | "PAM_NEW_AUTHTOK_REQD"
  | "PAM_ACCT_EXPIRED"
  | "PAM_CRED_INSUFFICIENT"
  | "PAM_SYSTEM_ERR"
  | "PAM_SERVICE_ERR"
  | "PAM_CONV_ERR"
  | "PAM_ABORT"
  | "PAM_IGNORE"
  | "other";

export interface PamtesterResult extends Conversation {
  readonly succeeded: boolean;
  readonly result: PamResult;
  /** pamtester's last word, "Authentication failure" for instance. */
  readonly message: string;
  /** What the modules said besides their prompts. */
  readonly information: readonly string[];
}

export interface PamtesterOptions {
  readonly service: string;
  readonly user: string;
  /** Default: authenticate. Several run in one PAM transaction. */
  readonly operations?: readonly PamOperation[];
  readonly answer?: Answer;
  /** PAM items: rhost, ruser, tty. */
  readonly items?: Readonly<Record<string, string>>;
  readonly env?: Readonly<Record<string, string>>;
  readonly timeoutMs?: number;
}

/** Runs a PAM transaction as root on the machine. */
export async function pamtester(machine: Machine, options: PamtesterOptions): Promise<PamtesterResult> {
  const items = Object.entries(options.items ?? {}).flatMap(([name, value]) => ["-I", `${name}=${value}`]);
  const operations = options.operations ?? ["authenticate"];
  const talk = await machine.converse("pamtester", [...items, options.service, options.user, ...operations], {
    ...(options.answer === undefined ? {} : { answer: options.answer }),
    ...(options.env === undefined ? {} : { env: options.env }),
    ...(options.timeoutMs === undefined ? {} : { timeoutMs: options.timeoutMs }),
  });
  const own = talk.lines.filter((line) => line.startsWith(prefix)).map((line) => line.slice(prefix.length));
  const message = own.at(-1) ?? "";
  const succeeded = talk.code === 0;
  return {
    ...talk,
    succeeded,
    message,
    result: succeeded ? "PAM_SUCCESS" : (resultByText[message] ?? "other"),
    information: talk.lines.filter((line) => !line.startsWith(prefix)),
  };
}

const prefix = "pamtester: ";

/** pam_strerror(3) of Linux-PAM. */
const resultByText: Readonly<Record<string, PamResult>> = {
  "Authentication failure": "PAM_AUTH_ERR",
  "Permission denied": "PAM_PERM_DENIED",
  "Authentication service cannot retrieve authentication info": "PAM_AUTHINFO_UNAVAIL",
  "User not known to the underlying authentication module": "PAM_USER_UNKNOWN",
  "Have exhausted maximum number of retries for service": "PAM_MAXTRIES",
  "Authentication token is no longer valid; new one required": "PAM_NEW_AUTHTOK_REQD",
  "User account has expired": "PAM_ACCT_EXPIRED",
  "Insufficient credentials to access authentication data": "PAM_CRED_INSUFFICIENT",
  "System error": "PAM_SYSTEM_ERR",
  "Error in service module": "PAM_SERVICE_ERR",
  "Conversation error": "PAM_CONV_ERR",
  "Critical error - immediate abort": "PAM_ABORT",
  "The return value should be ignored by PAM dispatch": "PAM_IGNORE",
};
