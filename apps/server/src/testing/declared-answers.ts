import { problem } from "@holdfast/protocol/problem";
import type { HoldfastServer } from "../server.ts";

/**
 * Holds every answer of a server under test against what its route declares, so that the OpenAPI document, which is made
 * of the same declarations, cannot say what is not so. The list fills with what differs.
 */
export function watchAnswers(server: Pick<HoldfastServer, "app" | "routes">): string[] {
  const untrue: string[] = [];
  const declared = new Map(server.routes.map((route) => [`${route.method} ${route.url}`, route]));
  server.app.addHook("onSend", async (request, reply, payload) => {
    const name = `${request.method} ${request.routeOptions.url ?? "(no route)"}`;
    const differs = difference(
      declared.get(name),
      reply.statusCode,
      reply.getHeader("content-type"),
      payload,
    );
    if (differs !== null) untrue.push(`${name}: ${differs}`);
    return payload;
  });
  return untrue;
}

function difference(
  route: HoldfastServer["routes"][number] | undefined,
  status: number,
  contentType: unknown,
  payload: unknown,
): string | null {
  if (status < 200 || status >= 300) {
    const parsed = problem.safeParse(jsonOf(payload));
    return parsed.success ? null : `status ${status} without a problem document`;
  }
  if (!route) return "an answer of no route";
  if (contentType === route.contentType && contentType !== null) return null;
  if (route.answer === null) {
    return status === 204 && !payload ? null : `${status} with content, where nothing is declared`;
  }
  if (status !== route.status) return `status ${status} where ${route.status} is declared`;
  const parsed = route.answer.safeParse(jsonOf(payload));
  return parsed.success ? null : JSON.stringify(parsed.error.issues).slice(0, 1000);
}

function jsonOf(payload: unknown): unknown {
  try {
    return JSON.parse(String(payload));
  } catch {
    return undefined;
  }
}
