/**
 * An online registration as the phone sees it: what it keeps durably beside its old profile, and what it sends next. Each
 * step is stored before the next request, so that a phone that is switched off anywhere goes on where it was; until the
 * server has said `done` the old codes are the ones that are shown.
 */
export type PhoneRegistration<Configuration> =
  /** The keys are made and stored; the claim may have arrived or not. */
  | { readonly step: "claiming" }
  /** The server knows the keys; the person compares. */
  | { readonly step: "comparing"; readonly digits: string }
  /** Everything new is stored; the server may have switched or not. */
  | { readonly step: "finishing"; readonly digits: string; readonly configuration: Configuration }
  /** The new keys are in force: they take the place of the old ones. */
  | { readonly step: "registered"; readonly configuration: Configuration }
  /** What was made for it is deleted; the old profile goes on. */
  | { readonly step: "dropped"; readonly why: string };

export type ServerWord<Configuration> =
  | { readonly said: "claimed"; readonly digits: string }
  | { readonly said: "waiting" }
  | { readonly said: "ready"; readonly configuration: Configuration }
  | { readonly said: "done" }
  /** Ended, refused for good, or another phone has it. */
  | { readonly said: "over"; readonly why: string };

export type PhoneRequest = "claim" | "complete" | "finish";

/** What to send; again where no answer came. Null: nothing any more. */
export function nextRequest(state: PhoneRegistration<unknown>): PhoneRequest | null {
  switch (state.step) {
    case "claiming":
      return "claim";
    case "comparing":
      return "complete";
    case "finishing":
      return "finish";
    default:
      return null;
  }
}

/** An answer to a request of an earlier step changes nothing. */
export function hear<Configuration>(
  state: PhoneRegistration<Configuration>,
  word: ServerWord<Configuration>,
): PhoneRegistration<Configuration> {
  if (state.step === "registered" || state.step === "dropped") return state;
  switch (word.said) {
    case "claimed":
      return state.step === "claiming" ? { step: "comparing", digits: word.digits } : state;
    case "waiting":
      return state;
    case "ready":
      return state.step === "comparing"
        ? { step: "finishing", digits: state.digits, configuration: word.configuration }
        : state;
    case "done":
      // Without a configuration it cannot be this registration's word: a phone says `finish` only once it has one.
      return state.step === "finishing" ? { step: "registered", configuration: state.configuration } : state;
    case "over":
      return { step: "dropped", why: word.why };
  }
}
