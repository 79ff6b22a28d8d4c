/** A list of passwords that others have lost; asked on this machine alone. */
export type BreachedPasswords = {
  /** `reading`: the list is still being taken in. */
  holds(password: string): Promise<"yes" | "no" | "reading">;
};

export const noBreachedPasswords: BreachedPasswords = { holds: async () => "no" };
