import type { BundleAcknowledgement, BundleRequest } from "@holdfast/protocol/bundle";
import {
  accountAnswer,
  bundleAnswer,
  type ContactRequest,
  contactAnswer,
  type EnrolmentRequest,
  enrolmentAnswer,
  slotParametersAnswer,
} from "@holdfast/protocol/endpoint-api";
import { answerMark } from "@holdfast/protocol/problem";
import type { SignInBegin, SignInStep } from "@holdfast/protocol/sign-in-api";
import { signInAnswer } from "@holdfast/protocol/sign-in-api";
import type { Call } from "./server-client.ts";

/** Nobody stands at a prompt for these. */
const BACKGROUND_MS = 15_000;

/** For how long somebody waits for this answer, and who may end the waiting. */
export type Waiting = {
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
  readonly onProcessing?: () => void;
};

/** The calls of the server's API that an endpoint makes, as data for `ServerClient.call`. */
export const serverApi = {
  beginSignIn: (body: SignInBegin, waiting: Waiting) => call("/sign-ins", body, signInAnswer, waiting),
  continueSignIn: (body: SignInStep, waiting: Waiting) =>
    call("/sign-ins/steps", body, signInAnswer, waiting),
  checkAccount: (userName: string, waiting: Waiting) =>
    call("/endpoints/self/account-checks", { userName }, accountAnswer, waiting),

  enrol: (body: EnrolmentRequest) => call("/endpoints", body, enrolmentAnswer),
  contact: (body: ContactRequest, nonce: string) => ({
    ...call("/endpoints/self/contact", body, contactAnswer),
    nonce,
  }),
  slotParameters: (grant: string) => call("/endpoints/self/slot-parameters", { grant }, slotParametersAnswer),
  bundle: (body: BundleRequest) => call("/endpoints/self/bundles", body, bundleAnswer),
  acknowledgeBundle: (body: BundleAcknowledgement) =>
    call("/endpoints/self/bundles/acknowledgements", body, answerMark),
} as const;

function call<T>(
  path: string,
  body: unknown,
  answer: Call<T>["answer"],
  waiting: Waiting | { readonly timeoutMs: number } = { timeoutMs: BACKGROUND_MS },
): Call<T> {
  return { path, body, answer, ...waiting };
}
