import { z } from "zod";
import { displayText, epochMs, identifier, userName } from "./primitives.ts";

/**
 * Identity proofing (NIST SP 800-63A), under /api/v1/users/:id/proofing: one administrator saw the person and his
 * evidence, another one confirms it. Only then does the person sign orders, with the passkeys that it names.
 */

/** SP 800-63A §5.3: before the administrator, or by video under his eyes. */
export const proofingMethod = z.enum(["in-person", "supervised-remote"]);
export type ProofingMethod = z.infer<typeof proofingMethod>;

/** SP 800-63A §5.2.1. */
export const evidenceStrength = z.enum(["fair", "strong", "superior"]);
export type EvidenceStrength = z.infer<typeof evidenceStrength>;

/** What was shown, such as "Passport"; never its number. */
export const proofingEvidence = z.strictObject({ kind: displayText, strength: evidenceStrength });
export type ProofingEvidence = z.infer<typeof proofingEvidence>;

export const proofingRecord = z.strictObject({
  method: proofingMethod,
  evidence: z.array(proofingEvidence).min(1).max(5),
  /** The passkeys that he showed to be his: it vouches for these, and for no other that he has or will have. */
  authenticatorIds: z.array(identifier).min(1).max(20),
  note: z.string().max(500).default(""),
});
export type ProofingRecord = z.infer<typeof proofingRecord>;

/** POST …/proofing/confirmation: of that very record, so that nobody confirms what he has not read. */
export const proofingConfirmation = z.strictObject({ proofingId: identifier });
export type ProofingConfirmation = z.infer<typeof proofingConfirmation>;

const by = z.strictObject({ userId: identifier, userName: userName.nullable() });

export const proofingView = z.strictObject({
  /** `recorded`: waits for the second administrator. `lost`: there was one, and it ended. */
  state: z.enum(["none", "recorded", "confirmed", "lost"]),
  /** The one that counts, or the last that did. */
  proofing: z
    .strictObject({
      id: identifier,
      method: proofingMethod,
      evidence: z.array(proofingEvidence),
      note: z.string(),
      /** The passkeys that it vouches for. */
      passkeys: z.array(z.strictObject({ id: identifier, label: displayText.nullable() })),
      recordedBy: by,
      recordedAtMs: epochMs,
      confirmedBy: by.nullable(),
      confirmedAtMs: epochMs.nullable(),
      endedAtMs: epochMs.nullable(),
      endedWhy: z.enum(["withdrawn", "passkey-removed", "replaced"]).nullable(),
    })
    .nullable(),
  /** The user's policy has him sign orders. */
  signsOrders: z.boolean(),
  /** What could be vouched for: enabled passkeys at the portal, which is where orders are signed. */
  candidates: z.array(z.strictObject({ id: identifier, label: displayText, addedAtMs: epochMs })),
  /** What the one who asks could do now; null: he may; else why not. */
  record: z.string().nullable(),
  confirm: z.string().nullable(),
});
export type ProofingView = z.infer<typeof proofingView>;
