import { vault } from "../vault/vault.ts";

/** The counter of the next code, which is used from now on; null: it could not be written, or the profile is gone. */
export async function takeCounter(profileId: string, tokenId: string): Promise<number | null> {
  let taken: number | null = null;
  try {
    const kept = await vault.change(profileId, (profile) => ({
      ...profile,
      codes: profile.codes.map((source) => {
        if (source.tokenId !== tokenId) return source;
        taken = source.counter;
        return { ...source, counter: source.counter + 1 };
      }),
    }));
    return kept === null ? null : taken;
  } catch (error) {
    reportError(error);
    return null;
  }
}
