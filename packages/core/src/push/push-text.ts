import type { PushObstacle } from "@holdfast/protocol/push-api";

/** Why a user cannot be asked by push, and what an administrator or the user does about it. */
export const pushObstacleTexts: Readonly<Record<PushObstacle, string>> = {
  "not-enabled": "Mobile Push is off for this user. Enable Mobile Push Authentication to ask his phone.",
  "no-phone": "This user has no phone. He adds one in the portal under How I sign in.",
  "only-offline-phones":
    "This user's phones are registered by an offline QR code: no server can reach them, so they cannot be asked. He makes one online in the portal by Rescan Device.",
  "not-a-type-of-any-phone":
    "No online phone of this user may approve sign-ins. Switch push on for one of his phones.",
  "no-phone-with-biometric":
    "Require Biometric Seed is on, and no phone of this user keeps its keys under a fingerprint or face. He registers one that does, or an administrator switches the requirement off.",
};
