import { QR_GONE, QR_OVER, qrShownText } from "@holdfast/core/messages/qr-challenge-text";
import { inTexts, terminalRows } from "@holdfast/core/qr-challenge/terminal";
import { wantsChallenge } from "@holdfast/core/sign-in/by-phone";
import type { OfflineStore } from "@holdfast/offline-store/types";
import { textMaxBytes } from "@holdfast/protocol/pam-frames";
import type { AskedOffline } from "./help-desk.ts";
import type { LocalRequest } from "./local-request.ts";

/** Each takes some of the frames that a conversation may have (protocol, pam-frames.ts). */
const mostShownAtATime = 6;

/** Shows a challenge and asks for what the phone made of it; whatever the password was (core/sign-in/sent-codes.ts). */
export async function askPhone(
  { userName, workflow, tell, ask, attempt }: LocalRequest,
  store: OfflineStore,
  endpointName: string,
): Promise<AskedOffline> {
  if (workflow !== "workstation") return null;
  let another = false;
  for (let time = 1; ; time += 1) {
    const shown = await store.showQrChallenge(userName, { endpointName, workflow, another });
    if (shown === "storage-failed") return shown;
    if (shown === null) {
      tell(QR_GONE);
      return null;
    }
    tell(qrShownText(shown.phone));
    for (const text of inTexts(await rowsOf(shown.message), textMaxBytes)) tell(text);
    const ref = await ask("qr-challenge");
    // Enter alone: he comes back with the answer, to the same challenge.
    if (ref === null || attempt.reveal(ref).trim() === "") return null;
    another = wantsChallenge(attempt.reveal(ref));
    if (time >= mostShownAtATime || (!another && shown.holds())) return ref;
    if (!another) tell(QR_OVER);
  }
}

/** Raw bytes at the lowest level of correction: a screen is clean, and the code must fit on it. */
async function rowsOf(message: Uint8Array): Promise<string[]> {
  const { default: QRCode } = await import("qrcode");
  const segments = [{ data: message, mode: "byte" as const }];
  const { modules } = QRCode.create(segments, { errorCorrectionLevel: "L" });
  return terminalRows({
    size: modules.size,
    isDark: (row, column) => modules.get(row, column) === 1,
  });
}
