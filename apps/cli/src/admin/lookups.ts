import { endpointPage, policyPage, userPage } from "@holdfast/protocol/admin-answers";
import type { EndpointView, PolicyView, TokenView, UserView } from "@holdfast/protocol/admin-api";
import { endpointView, tokenView, userView } from "@holdfast/protocol/admin-api";
import { displayText, userName } from "@holdfast/protocol/primitives";
import type { Answer } from "../frame/outcome.ts";
import { ok, refused, usage } from "../frame/outcome.ts";
import { commandLine } from "../frame/shell-words.ts";
import { printable } from "../output/printable.ts";
import type { Api } from "../transport/api.ts";
import { segment } from "../transport/api.ts";
import { everyPage } from "../transport/every-page.ts";

/** What people type for a thing: its name where that is enough, its id always. */

export async function findUser(api: Api, typed: string): Promise<Answer<UserView>> {
  const purpose = { doing: `find the user ${typed}` };
  if (userName.safeParse(typed).success) {
    const named = await api.get(userPage, "/users", purpose, { userName: typed });
    if (named.kind === "refused") return named;
    const [user] = named.value.items;
    if (user) return ok(user);
  }
  if (/^usr_[A-Za-z0-9_-]+$/.test(typed)) return api.get(userView, `/users/${segment(typed)}`, purpose);
  return nothing("user", typed, "holdfast admin users list");
}

export async function findPolicy(api: Api, typed: string): Promise<Answer<PolicyView>> {
  const policies = await everyPage(api, policyPage, "/policies", { doing: `find the policy ${typed}` });
  if (policies.kind === "refused") return policies;
  const { items } = policies.value;
  const found = items.find(({ name }) => name === typed) ?? items.find(({ id }) => id === typed);
  return found ? ok(found) : nothing("policy", typed, "holdfast admin policies list");
}

export async function findEndpoint(api: Api, typed: string): Promise<Answer<EndpointView>> {
  const purpose = { doing: `find the endpoint ${typed}` };
  if (/^ep_[A-Za-z0-9_-]{20}$/.test(typed)) {
    return api.get(endpointView, `/endpoints/${segment(typed)}`, purpose);
  }
  const all = displayText.safeParse(typed).success
    ? await everyEndpoint(api, purpose.doing, { name: typed })
    : ok([]);
  if (all.kind === "refused") return all;
  const named = all.value;
  // An endpoint that was enrolled anew has the name of its revoked predecessor.
  const active = named.filter(({ status }) => status === "active");
  const candidates = active.length > 0 ? active : named;
  const [found, another] = candidates;
  if (!found) return nothing("endpoint", typed, "holdfast admin endpoints list");
  if (another) {
    return refused(
      "refused",
      "ambiguous",
      `${candidates.length} endpoints are named ${printable(typed)}.`,
      `Say which by its id: ${candidates.map(({ id }) => id).join(", ")}.`,
      "holdfast admin endpoints list",
    );
  }
  return ok(found);
}

export async function everyEndpoint(
  api: Api,
  doing: string,
  filter: { readonly name?: string } = {},
): Promise<Answer<readonly EndpointView[]>> {
  const all = await everyPage(api, endpointPage, "/endpoints", { doing }, filter);
  return all.kind === "refused" ? all : ok(all.value.items);
}

/** A token by its id, or a user's name for the only token that can be meant. */
export async function findToken(api: Api, typed: string): Promise<Answer<TokenView>> {
  if (/^tok_[A-Za-z0-9_-]+$/.test(typed)) {
    return api.get(tokenView, `/tokens/${segment(typed)}`, { doing: `find the token ${typed}` });
  }
  const user = await findUser(api, typed);
  if (user.kind === "refused") return user;
  const tokens = user.value.tokens.filter(({ status }) => status !== "revoked");
  const [found, another] = tokens;
  const list = commandLine("holdfast", "admin", "tokens", "list", user.value.userName);
  if (!found) {
    return refused(
      "refused",
      "no-token",
      `${printable(typed)} has no token.`,
      "No token is enrolled for this user, or all are revoked.",
      commandLine("holdfast", "admin", "tokens", "enroll", user.value.userName),
    );
  }
  if (another) {
    return usage(`${printable(typed)} has ${tokens.length} tokens.`, "Say which one by its id.", list);
  }
  return ok(found);
}

export function nothing(what: string, typed: string, next: string) {
  return refused(
    "refused",
    "not-found",
    `There is no ${what} ${printable(typed)}.`,
    "Neither a name nor an id at this server is written like that; case counts.",
    next,
  );
}
