import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Answer } from "@holdfast/cli/frame/outcome";
import { type Api, createApi } from "@holdfast/cli/transport/api";
import { openPinned } from "@holdfast/cli/transport/pinned-https";
import {
  type AlertView,
  type AuditView,
  alertList,
  auditChainList,
  auditPage,
  outlookList,
} from "@holdfast/protocol/admin-answers";
import {
  apiKeyIssued,
  type EndpointView,
  type EnrolmentCreation,
  endpointView,
  enrolmentIssued,
  type OfflineOutlookEntry,
  policyView,
  setupAnswer,
  setupFile,
  type TokenChange,
  type TokenEnrolment,
  type TokenView,
  tokenEnrolment,
  tokenView,
  type UserChange,
  type UserView,
  userView,
} from "@holdfast/protocol/admin-api";
import { z } from "zod";
import { type NewToken, newPassword, newToken, type Person, type TokenKind } from "./person.ts";
import type { ServerProcess } from "./server-process.ts";

export interface NewPerson {
  readonly userName: string;
  readonly policyId?: string;
  /** The user's own number of offline sign-ins. */
  readonly cacheSize?: number;
  readonly tokenKind?: TokenKind;
}

/** Whoever administers the enterprise, by the API that `holdfast admin` uses. A refusal throws with its text. */
export class Administrator {
  readonly api: Api;
  /** SHA-256 of the authority's public key, as the setup file says it. */
  readonly authorityPin: string;

  private constructor(api: Api, authorityPin: string) {
    this.api = api;
    this.authorityPin = authorityPin;
  }

  /** The first administrator, by the setup file that only root of the server's machine reads. */
  static async bootstrap(server: ServerProcess): Promise<Administrator> {
    const text = await readFile(join(server.stateDirectory, "setup.json"), "utf8");
    const file = setupFile.parse(JSON.parse(text));
    const pinned = { url: file.url, authorityPin: file.authorityPin };
    const connection = await openPinned(pinned);
    if (connection.kind !== "open") throw new Error(`the server cannot be reached: ${connection.why}`);
    const setup = createApi(connection, pinned, null);
    const request = { token: file.token, name: "test" };
    const made = need(await setup.send(setupAnswer, "POST", "/setup", request, { doing: "set up" }));
    return new Administrator(createApi(connection, pinned, made.apiKey.key), file.authorityPin);
  }

  async addPolicy(name: string, changes: Readonly<Record<string, unknown>>): Promise<string> {
    return (await this.#send(policyView, "POST", "/policies", { name, changes })).id;
  }

  async changePolicy(policyId: string, changes: Readonly<Record<string, unknown>>): Promise<void> {
    await this.#send(policyView, "PATCH", `/policies/${policyId}`, { changes });
  }

  /** A user with a password, and a token whose seed the test knows. */
  async addPerson({ userName, policyId, cacheSize, tokenKind }: NewPerson): Promise<Person> {
    const password = newPassword();
    const user = await this.#send(userView, "POST", "/users", {
      userName,
      password,
      ...(policyId === undefined ? {} : { policyId }),
      ...(cacheSize === undefined ? {} : { cacheSize }),
    });
    const { token, seed, id } = await this.addToken(user.id, tokenKind);
    return { userName, userId: user.id, password, token, tokenId: id, seed };
  }

  /** Imports a token whose seed the test knows. */
  async addToken(userId: string, kind: TokenKind = {}): Promise<NewToken & { readonly id: string }> {
    const made = newToken(kind);
    const request = { secret: made.secret, ...requested(kind) };
    const enrolled = await this.#send(tokenEnrolment, "POST", `/users/${userId}/tokens`, request);
    return { ...made, id: enrolled.token.id };
  }

  /** Lets the server make a token, as for somebody who scans its QR code. */
  enrolToken(userId: string, kind: TokenKind = {}): Promise<TokenEnrolment> {
    return this.#send(tokenEnrolment, "POST", `/users/${userId}/tokens`, requested(kind));
  }

  user(userId: string): Promise<UserView> {
    return this.#get(userView, `/users/${userId}`);
  }

  changeUser(userId: string, change: UserChange): Promise<UserView> {
    return this.#send(userView, "PATCH", `/users/${userId}`, change);
  }

  async setPassword(userId: string, password: string): Promise<void> {
    await this.#send(z.unknown(), "PUT", `/users/${userId}/password`, { password });
  }

  token(tokenId: string): Promise<TokenView> {
    return this.#get(tokenView, `/tokens/${tokenId}`);
  }

  async changeToken(tokenId: string, change: TokenChange): Promise<void> {
    await this.#send(z.unknown(), "PATCH", `/tokens/${tokenId}`, change);
  }

  async resynchronise(tokenId: string, first: string, second: string): Promise<void> {
    await this.#send(z.unknown(), "POST", `/tokens/${tokenId}/resynchronisation`, { first, second });
  }

  async revokeToken(tokenId: string): Promise<void> {
    await this.#send(z.unknown(), "POST", `/tokens/${tokenId}/revocation`, undefined);
  }

  /** An enrolment code. */
  async enrolmentCode(enrolment: EnrolmentCreation): Promise<string> {
    return (await this.#send(enrolmentIssued, "POST", "/endpoint-enrolments", enrolment)).code;
  }

  endpoint(endpointId: string): Promise<EndpointView> {
    return this.#get(endpointView, `/endpoints/${endpointId}`);
  }

  async revokeEndpoint(endpointId: string): Promise<void> {
    await this.#send(z.unknown(), "POST", `/endpoints/${endpointId}/revocation`, undefined);
  }

  /** A key for a client that signs people in and is no endpoint. */
  async signInKey(): Promise<string> {
    const request = { name: "remote client", scopes: ["sign-in"] };
    return (await this.#send(apiKeyIssued, "POST", "/api-keys", request)).key;
  }

  /** Oldest first. */
  async audit(filter: Readonly<Record<string, string | number>> = {}): Promise<AuditView[]> {
    const all: AuditView[] = [];
    let after: string | null = null;
    do {
      const query: Readonly<Record<string, string | number | null>> = { limit: 500, ...filter, after };
      const page: z.infer<typeof auditPage> = await this.#get(auditPage, "/audit", query);
      all.push(...page.items);
      after = page.next;
    } while (after !== null);
    return all.sort((a, b) => a.id - b.id);
  }

  /** Sign-ins in the audit, oldest first. */
  signIns(filter: Readonly<Record<string, string | number>> = {}): Promise<AuditView[]> {
    return this.audit({ type: "sign-in", ...filter });
  }

  async brokenChains(): Promise<unknown[]> {
    const { items } = await this.#get(auditChainList, "/audit/chains");
    return items.filter(({ kind }) => kind !== "whole");
  }

  async alerts(): Promise<AlertView[]> {
    return (await this.#get(alertList, "/alerts")).items;
  }

  async outlook(userId: string): Promise<OfflineOutlookEntry[]> {
    return (await this.#get(outlookList, "/offline-outlook", { userId })).items;
  }

  async #get<T>(
    schema: z.ZodType<T>,
    path: string,
    query: Readonly<Record<string, string | number | null>> = {},
  ): Promise<T> {
    return need(await this.api.get(schema, path, { doing: `answer ${path}` }, query));
  }

  async #send<T>(
    schema: z.ZodType<T>,
    method: "POST" | "PATCH" | "PUT" | "DELETE",
    path: string,
    body: unknown,
  ): Promise<T> {
    return need(await this.api.send(schema, method, path, body, { doing: `${method} ${path}` }));
  }
}

/** The API writes the hashes with a hyphen, RFC 6238 and otpauth URIs without. */
function requested({ digits, algorithm }: TokenKind) {
  return {
    ...(digits === undefined ? {} : { digits }),
    ...(algorithm === undefined ? {} : { algorithm: algorithm.replace("SHA", "SHA-") }),
  };
}

function need<T>(answer: Answer<T>): T {
  if (answer.kind === "ok") return answer.value;
  throw new Error([answer.what, answer.why, answer.next].filter(Boolean).join("\n"));
}
