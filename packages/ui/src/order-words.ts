/** What the SHA-256 of a document to sign is called, at the portal and on the phone alike: a person compares the two. */
export const documentFingerprintLabel = "Fingerprint of the document (SHA-256)";
