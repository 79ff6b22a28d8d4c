import type { AddressInfo } from "node:net";
import { SMTPServer } from "smtp-server";

export type CaughtMail = {
  readonly from: string;
  readonly to: readonly string[];
  /** Null where the connection was not authenticated. */
  readonly user: string | null;
  readonly secure: boolean;
  readonly headers: string;
  readonly subject: string;
  readonly text: string;
};

export type MailServerOptions = {
  /** PEM; none: it offers no STARTTLS. */
  readonly certificate?: { readonly certificate: string; readonly key: string };
  /** Who may send; none: everybody. */
  readonly user?: { readonly name: string; readonly password: string };
};

/** A mail server of a test's own on loopback: real SMTP, and every mail that it took stays here. */
export interface MailServer extends AsyncDisposable {
  readonly port: number;
  readonly mails: readonly CaughtMail[];
  /** The next mail to this address that no one has asked for yet. */
  next(to: string): Promise<CaughtMail>;
}

const longestWaitMs = 10_000;

export async function startMailServer({ certificate, user }: MailServerOptions = {}): Promise<MailServer> {
  const mails: CaughtMail[] = [];
  const taken = new Set<CaughtMail>();
  const server = new SMTPServer({
    ...(certificate === undefined
      ? { disabledCommands: ["STARTTLS", ...(user === undefined ? ["AUTH"] : [])] }
      : { key: certificate.key, cert: certificate.certificate }),
    ...(certificate !== undefined && user === undefined ? { disabledCommands: ["AUTH"] } : {}),
    authOptional: user === undefined,
    logger: false,
    onAuth({ username, password }, _session, done) {
      const right = username === user?.name && password === user?.password;
      if (right) done(null, { user: username });
      else done(new Error("Invalid username or password"));
    },
    onData(stream, session, done) {
      const parts: Buffer[] = [];
      stream.on("data", (part: Buffer) => parts.push(part));
      stream.on("end", () => {
        const { mailFrom, rcptTo } = session.envelope;
        mails.push({
          from: mailFrom === false ? "" : mailFrom.address,
          to: rcptTo.map(({ address }) => address),
          user: typeof session.user === "string" ? session.user : null,
          secure: session.secure,
          ...partsOf(Buffer.concat(parts).toString("utf8")),
        });
        done();
      });
    },
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  const { port } = server.server.address() as AddressInfo;
  return {
    port,
    mails,
    async next(to) {
      for (const until = Date.now() + longestWaitMs; Date.now() < until; ) {
        const found = mails.find((mail) => mail.to.includes(to) && !taken.has(mail));
        if (found) {
          taken.add(found);
          return found;
        }
        await new Promise((wait) => setTimeout(wait, 20));
      }
      throw new Error(`no mail to ${to} within ${longestWaitMs} ms`);
    },
    [Symbol.asyncDispose]: () => new Promise<void>((closed) => server.close(() => closed())),
  };
}

/** Plain text, as our server writes it: quoted-printable (RFC 2045 §6.7) or as it is. */
function partsOf(raw: string): Pick<CaughtMail, "headers" | "subject" | "text"> {
  const end = raw.indexOf("\r\n\r\n");
  const headers = raw.slice(0, end).replace(/\r\n[ \t]+/g, " ");
  const body = raw.slice(end + 4);
  const quoted = /^content-transfer-encoding: quoted-printable$/im.test(headers);
  const text = quoted
    ? Buffer.from(
        body
          .replace(/=\r\n/g, "")
          .replace(/=([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))),
        "latin1",
      ).toString("utf8")
    : body;
  return {
    headers,
    subject: /^subject: (.*)$/im.exec(headers)?.[1] ?? "",
    text: text.replaceAll("\r\n", "\n"),
  };
}
