/** Headers of a web app's pages (SECURITY §6). */

/** Where a page's HTML has this, each answer puts its own nonce. */
export const noncePlaceholder = "__CSP_NONCE__";

/**
 * Nothing is loaded from elsewhere, nothing is framed, and a script or style inside of the page needs this answer's
 * nonce. Trusted Types: no script makes markup out of text at all.
 */
export function contentSecurityPolicy(nonce: string): string {
  return [
    "default-src 'none'",
    `script-src 'self' 'nonce-${nonce}'`,
    `style-src 'self' 'nonce-${nonce}'`,
    "img-src 'self' data:",
    "font-src 'self'",
    "connect-src 'self'",
    "manifest-src 'self'",
    "worker-src 'none'",
    "frame-ancestors 'none'",
    "form-action 'none'",
    "base-uri 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ].join("; ");
}

/** What an answer that is no page may do in a browser that opens it as one: nothing. */
export const inertPolicy = "default-src 'none'; frame-ancestors 'none'; sandbox";

/** On every answer of a web origin. */
export const everyAnswer: Readonly<Record<string, string>> = {
  "x-content-type-options": "nosniff",
  "x-frame-options": "DENY",
  "referrer-policy": "no-referrer",
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
  "cross-origin-embedder-policy": "require-corp",
  "permissions-policy": [
    ...[
      "accelerometer",
      "camera",
      "display-capture",
      "geolocation",
      "gyroscope",
      "magnetometer",
      "microphone",
    ],
    ...["midi", "payment", "serial", "usb", "hid", "screen-wake-lock"],
  ]
    .map((feature) => `${feature}=()`)
    .concat("publickey-credentials-create=(self)", "publickey-credentials-get=(self)")
    .join(", "),
};
