import type { WebApp } from "../browser.ts";

/** Headers of a web app's pages (SECURITY §6). */

/** Where a page's HTML has this, each answer puts its own nonce. */
export const noncePlaceholder = "__CSP_NONCE__";

/** Of a web app's page. Nothing is loaded from elsewhere, and nothing is framed. */
export function pagePolicy(app: WebApp, nonce: string): string {
  return app === "authenticator" ? authenticatorPolicy : contentSecurityPolicy(nonce);
}

/**
 * The authenticator's page comes out of its service worker's cache with the headers that it was fetched with: a nonce would
 * be the same for ever, so nothing inside of the page runs at all. WebAssembly is Argon2id for the PIN, in a worker; the one
 * policy of Trusted Types makes the addresses of the two workers, which are constants of the build.
 */
const authenticatorPolicy = [
  "default-src 'none'",
  "script-src 'self' 'wasm-unsafe-eval'",
  "style-src 'self'",
  "img-src 'self' data: blob:",
  "font-src 'self'",
  "connect-src 'self'",
  "manifest-src 'self'",
  "worker-src 'self'",
  "frame-ancestors 'none'",
  "form-action 'none'",
  "base-uri 'none'",
  "require-trusted-types-for 'script'",
  "trusted-types holdfast-workers",
].join("; ");

/** A worker has the policy of its own file, not that of the page that starts it (CSP3 §4.1). */
export const scriptPolicy =
  "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; connect-src 'self'; frame-ancestors 'none'";

/**
 * A script or style inside of the page needs this answer's nonce. Trusted Types: no script makes markup out of text at all.
 */
function contentSecurityPolicy(nonce: string): string {
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

/** On every answer of a web origin. The authenticator alone looks through the camera: it scans. */
export const everyAnswer: Readonly<Record<WebApp, Readonly<Record<string, string>>>> = {
  console: headers(["camera"]),
  portal: headers(["camera"]),
  authenticator: headers([]),
};

function headers(barred: readonly string[]): Readonly<Record<string, string>> {
  return {
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "cross-origin-embedder-policy": "require-corp",
    "permissions-policy": [
      ...[
        "accelerometer",
        ...barred,
        "display-capture",
        "geolocation",
        "gyroscope",
        "magnetometer",
        "microphone",
      ],
      ...["midi", "payment", "serial", "usb", "hid", "screen-wake-lock"],
    ]
      .map((feature) => `${feature}=()`)
      .concat(barred.includes("camera") ? [] : ["camera=(self)"])
      .concat("publickey-credentials-create=(self)", "publickey-credentials-get=(self)")
      .join(", "),
  };
}
