import { problem } from "@holdfast/protocol/problem";
import type { Route } from "../http/route.ts";
import type { HoldfastServer } from "../server.ts";

/**
 * Holds every answer of a server under test, at the API and at the web apps' origins, against what its route declares;
 * so the OpenAPI document, which is made of the same declarations, cannot say what is not so. The list fills with what
 * differs.
 */
export function watchAnswers({ app, web, routes }: Pick<HoldfastServer, "app" | "web" | "routes">): string[] {
  const untrue: string[] = [];
  const declared = new Map(routes.map((route) => [`${route.method} ${route.url}`, route]));
  for (const one of [app, ...Object.values(web)]) {
    one?.addHook("onSend", async (request, reply, payload) => {
      const route = declared.get(`${request.method} ${request.routeOptions.url}`);
      // A web origin's pages are files, not answers.
      if (one !== app && !route) return payload;
      const differs = difference(route, reply.statusCode, reply.getHeader("content-type"), payload);
      if (differs !== null) untrue.push(`${request.method} ${request.routeOptions.url}: ${differs}`);
      return payload;
    });
  }
  return untrue;
}

export function difference(
  route: Pick<Route, "answer" | "contentType" | "status"> | undefined,
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
