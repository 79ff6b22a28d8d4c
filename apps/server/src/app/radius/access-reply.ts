/** What an Access-Request is answered with (RFC 2865 §4.2 to §4.4). */
export type AccessReply =
  | { readonly kind: "accept"; readonly message: string | null }
  | { readonly kind: "reject"; readonly message: string }
  | {
      readonly kind: "challenge";
      readonly message: string;
      readonly state: Uint8Array;
      /** What is typed next is no secret. */
      readonly shown?: boolean;
    };
