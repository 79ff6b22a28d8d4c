import type { Delivered, Message } from "./message.ts";
import { deliveryTimeoutMs, told } from "./message.ts";

export type SmtpServer = {
  readonly host: string;
  readonly port: number;
  /** `starttls` is asked for and insisted on: a server, or somebody on the way, that offers none gets no message. */
  readonly security: "starttls" | "tls" | "none";
  readonly userName: string | null;
  readonly from: string;
  /** PEM of the authorities to trust; null: those of this machine. */
  readonly authority: string | null;
};

/** Hands one mail to a server (RFC 5321); it is sent once the server has taken it. */
export async function sendBySmtp(
  server: SmtpServer,
  secret: string | null,
  senderName: string,
  message: Message,
): Promise<Delivered> {
  const { host, port, security, userName, from, authority } = server;
  // Loaded with the first mail: most servers send none for hours, and it takes memory and time to start.
  const { createTransport } = await import("nodemailer");
  const transport = createTransport({
    host,
    port,
    secure: security === "tls",
    requireTLS: security === "starttls",
    ignoreTLS: security === "none",
    ...(userName === null || secret === null ? {} : { auth: { user: userName, pass: secret } }),
    tls: { minVersion: "TLSv1.2", ...(authority === null ? {} : { ca: authority }) },
    connectionTimeout: deliveryTimeoutMs,
    greetingTimeout: deliveryTimeoutMs,
    socketTimeout: deliveryTimeoutMs,
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  try {
    await transport.sendMail({
      from: { name: senderName, address: from },
      to: message.to,
      subject: message.subject ?? senderName,
      text: message.text,
      // So that nobody's absence answers, and no other machine does (RFC 3834 §5).
      headers: { "Auto-Submitted": "auto-generated" },
    });
    return { kind: "sent" };
  } catch (error) {
    return { kind: "failed", why: told(error instanceof Error ? error.message : "unknown", message, secret) };
  } finally {
    transport.close();
  }
}
