import { connect, type Socket } from "node:net";

export type Answer = { readonly status: number; readonly body: string };

/**
 * One keep-alive connection that sends ready-made requests and reads answers with a Content-Length. A general client
 * would cost more than the servers under test.
 */
export class HttpConnection {
  readonly #socket: Socket;
  #received = "";
  #waiting: { resolve(answer: Answer): void; reject(fault: Error): void } | null = null;

  constructor(socket: Socket) {
    this.#socket = socket;
    // Answers are ASCII in these measures, so characters are bytes.
    socket.setEncoding("latin1").setNoDelay(true);
    socket.on("data", (text: string) => this.#take(text));
    socket.on("error", (fault) => this.#fail(fault));
    socket.on("close", () => this.#fail(new Error("the server closed the connection")));
  }

  static async open(host: string, port: number): Promise<HttpConnection> {
    const socket = connect({ host, port });
    await new Promise<void>((resolve, reject) => {
      socket.once("connect", resolve);
      socket.once("error", reject);
    });
    return new HttpConnection(socket);
  }

  exchange(request: string): Promise<Answer> {
    return new Promise((resolve, reject) => {
      if (this.#socket.destroyed) {
        reject(new Error("the server had closed the connection"));
        return;
      }
      this.#waiting = { resolve, reject };
      this.#socket.write(request, "latin1");
    });
  }

  close(): void {
    this.#socket.destroy();
  }

  #take(text: string): void {
    this.#received += text;
    const headEnd = this.#received.indexOf("\r\n\r\n");
    if (headEnd < 0) return;
    const head = this.#received.slice(0, headEnd);
    const length = /\r\ncontent-length: (\d+)/i.exec(head)?.[1];
    if (length === undefined) {
      this.#fail(new Error(`an answer without Content-Length: ${head.slice(0, 200)}`));
      return;
    }
    const end = headEnd + 4 + Number(length);
    if (this.#received.length < end) return;
    const body = this.#received.slice(headEnd + 4, end);
    this.#received = this.#received.slice(end);
    const waiting = this.#waiting;
    this.#waiting = null;
    waiting?.resolve({ status: Number(head.slice(9, 12)), body });
  }

  #fail(fault: Error): void {
    const waiting = this.#waiting;
    this.#waiting = null;
    waiting?.reject(fault);
  }
}
