import type { FastifyRequest } from "fastify";
import type { Refused } from "../../app/outcome.ts";
import { refused } from "../../app/outcome.ts";

/**
 * Whether a request to the API of a web origin comes from that origin's own pages (SECURITY §6). A change must prove it:
 * every browser names the origin of a POST (Fetch §3.1), and a program that does not is none of ours. A read must
 * not be shown to come from elsewhere.
 */
export function fromElsewhere(request: FastifyRequest, origin: string): Refused | null {
  const { origin: claimed, "sec-fetch-site": site } = request.headers;
  const changes = request.method !== "GET" && request.method !== "HEAD";
  const own =
    claimed === undefined
      ? !changes || site === "same-origin"
      : claimed === origin && (site === undefined || site === "same-origin");
  const elsewhere = site !== undefined && site !== "same-origin" && (changes || site !== "none");
  return own && !elsewhere
    ? null
    : refused("forbidden", "This request does not come from a page of this site.");
}
