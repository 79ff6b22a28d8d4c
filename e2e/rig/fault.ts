/** What stands between a client and its server. */
export type Fault =
  | { readonly kind: "pass" }
  /** Nobody listens: ECONNREFUSED. Open connections are reset, as a killed server's are. */
  | { readonly kind: "refuse" }
  /** Connections are accepted, and nothing is read or written any more, on open ones neither. `pass` thaws them. */
  | { readonly kind: "blackhole" }
  /** Connections are accepted and reset at once; open ones too. */
  | { readonly kind: "reset" }
  /** Bytes from the server arrive later, in order. */
  | { readonly kind: "delay"; readonly ms: number }
  /** A connection is reset after so many more bytes from the server, as they are on the wire. */
  | { readonly kind: "cut-after"; readonly bytes: number }
  /** Requests get this instead of the server's answer, and answers under way are cut. Only when terminating. */
  | ({ readonly kind: "answer" } & FixedAnswer)
  /** Requests get a closed connection without a byte. Only when terminating. */
  | { readonly kind: "empty" }
  /** Bodies of answers to paths that match become what `change` makes of them. Only when terminating. */
  | { readonly kind: "rewrite"; readonly path: RegExp; change(body: string): string };

export interface FixedAnswer {
  readonly status: number;
  readonly contentType: string;
  readonly body: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Announces the whole body but closes after this many bytes of it. */
  readonly truncateAfter?: number;
}
