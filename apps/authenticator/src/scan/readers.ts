import { readChallenge } from "../qr-answer/read-challenge.ts";
import { readOtpauth } from "../registration/otpauth.ts";
import { readRegistrationLink } from "../registration/registration-link.ts";
import type { ScanReader } from "./scan-result.ts";

/** Who looks at what was scanned, in this order. */
export const readers: readonly ScanReader[] = [readChallenge, readRegistrationLink, readOtpauth];
