/** What happened, and what to do, by the alert's kind. */
const words: Record<string, { readonly title: string; readonly advice: string }> = {
  "same-counter-twice": {
    title: "One code, two places",
    advice:
      "One code was accepted at two places that could not talk. The later endpoint wants a fresh online sign-in. Ask the user whether both were his; if not, reset the password and replace the token.",
  },
  "counter-jump": {
    title: "Codes that were never handed out",
    advice:
      "An endpoint reported codes that it was never given. What it said has no effect. Look at the machine; revoke it if you cannot explain it.",
  },
  "clone-suspected": {
    title: "Two machines, one key",
    advice:
      "Two machines speak with the key of one endpoint, a copy of its disk or of a virtual machine; or an older state of this one was put back. Revoke the endpoint and enrol it anew.",
  },
  "chain-broken": {
    title: "Events are missing or changed",
    advice:
      "An endpoint's chain of events has a gap or tells otherwise than before, as after a disk image was restored. Its events have no effect. Revoke it and enrol it anew if you cannot explain it.",
  },
  "rollback-detected": {
    title: "A store was set back",
    advice:
      "An endpoint's store was set back to an earlier state, as by restoring a disk image. Users there must sign in online first.",
  },
  "tamper-detected": {
    title: "A store was changed from outside",
    advice: "Something other than the agent changed an endpoint's store. Look at the machine.",
  },
  "token-suspended": {
    title: "Somebody knows a password",
    advice:
      "Ten wrong codes came after a right password. Ask the user; if it was somebody else, reset the password.",
  },
  "bypass-not-given": {
    title: "A bypass code that nobody gave",
    advice:
      "An endpoint reported a sign-in by a bypass code or an answer that the help desk never gave. It has no effect. Look at the endpoint; revoke it if you cannot explain it.",
  },
  "more-than-one-token": {
    title: "More than one event-based token",
    advice: "Only the first one works offline. Revoke what is not used; the alert then closes by itself.",
  },
  "sender-failing": {
    title: "Messages are not sent",
    advice:
      "The mail server or the gateway for short messages did not take the last three. Who waits for a code gets none. Look at Senders, which says why; the alert closes by itself with the next message that is taken.",
  },
  "sign-in-reported": {
    title: "“This wasn't me”",
    advice:
      "A person reported a sign-in as not his own. Done at the portal, it has ended his sessions; done on the phone, somebody tried who knows his password. Ask him, then reset the password and look at his audit.",
  },
};

/** A kind that has no words here is told by its own name. */
export function alertWords(kind: string): { readonly title: string; readonly advice: string | null } {
  const title = kind.replace(/-/g, " ");
  return words[kind] ?? { title: title.charAt(0).toUpperCase() + title.slice(1), advice: null };
}
