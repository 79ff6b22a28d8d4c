import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Answer } from "@holdfast/cli/frame/outcome";
import { type Api, createApi } from "@holdfast/cli/transport/api";
import { openPinned } from "@holdfast/cli/transport/pinned-https";
import {
  type AlertView,
  type AuditView,
  alertPage,
  auditChainPage,
  auditPage,
  outlookPage,
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
import { type NewToken, newPassword, newToken, type Person, type TokenKind } from "./person.ts";
import type { ServerProcess } from "./server-process.ts";

export interface NewPerson {
  readonly userName: string;
  readonly policyId?: string;
  /** The user's own number of offline sign-ins. */
  readonly cacheSize?: number;
  readonly tokenKind?: TokenKind;
}

type AuditPage = { readonly items: AuditView[]; readonly next: string | null };

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
    const made = await need(setup.send(setupAnswer, "POST", "/setup", request, asked));
    return new Administrator(createApi(connection, pinned, made.apiKey.key), file.authorityPin);
  }

  async addPolicy(name: string, changes: Readonly<Record<string, unknown>>): Promise<string> {
    return (await need(this.api.send(policyView, "POST", "/policies", { name, changes }, asked))).id;
  }

  /** A user with a password, and a token whose seed the test knows. */
  async addPerson({ userName, policyId, cacheSize, tokenKind }: NewPerson): Promise<Person> {
    const password = newPassword();
    const user = await need(
      this.api.send(
        userView,
        "POST",
        "/users",
        {
          userName,
          password,
          ...(policyId === undefined ? {} : { policyId }),
          ...(cacheSize === undefined ? {} : { cacheSize }),
        },
        asked,
      ),
    );
    const { token, seed, id } = await this.addToken(user.id, tokenKind);
    return { userName, userId: user.id, password, token, tokenId: id, seed };
  }

  /** Imports a token whose seed the test knows. */
  async addToken(userId: string, kind: TokenKind = {}): Promise<NewToken & { readonly id: string }> {
    const made = newToken(kind);
    const request = { secret: made.secret, ...requested(kind) };
    const enrolled = await need(
      this.api.send(tokenEnrolment, "POST", `/users/${userId}/tokens`, request, asked),
    );
    return { ...made, id: enrolled.token.id };
  }

  /** Lets the server make a token, as for somebody who scans its QR code. */
  enrolToken(userId: string, kind: TokenKind = {}): Promise<TokenEnrolment> {
    return need(this.api.send(tokenEnrolment, "POST", `/users/${userId}/tokens`, requested(kind), asked));
  }

  user(userId: string): Promise<UserView> {
    return need(this.api.get(userView, `/users/${userId}`, asked));
  }

  changeUser(userId: string, change: UserChange): Promise<UserView> {
    return need(this.api.send(userView, "PATCH", `/users/${userId}`, change, asked));
  }

  async setPassword(userId: string, password: string): Promise<void> {
    await need(this.api.send(userView, "PUT", `/users/${userId}/password`, { password }, asked));
  }

  token(tokenId: string): Promise<TokenView> {
    return need(this.api.get(tokenView, `/tokens/${tokenId}`, asked));
  }

  async changeToken(tokenId: string, change: TokenChange): Promise<void> {
    await need(this.api.send(tokenView, "PATCH", `/tokens/${tokenId}`, change, asked));
  }

  async resynchronise(tokenId: string, first: string, second: string): Promise<void> {
    await need(
      this.api.send(tokenView, "POST", `/tokens/${tokenId}/resynchronisation`, { first, second }, asked),
    );
  }

  async revokeToken(tokenId: string): Promise<void> {
    await need(this.api.send(tokenView, "POST", `/tokens/${tokenId}/revocation`, undefined, asked));
  }

  /** An enrolment code. */
  async enrolmentCode(enrolment: EnrolmentCreation): Promise<string> {
    return (await need(this.api.send(enrolmentIssued, "POST", "/endpoint-enrolments", enrolment, asked)))
      .code;
  }

  endpoint(endpointId: string): Promise<EndpointView> {
    return need(this.api.get(endpointView, `/endpoints/${endpointId}`, asked));
  }

  async revokeEndpoint(endpointId: string): Promise<void> {
    await need(this.api.send(endpointView, "POST", `/endpoints/${endpointId}/revocation`, undefined, asked));
  }

  /** A key for a client that signs people in and is no endpoint. */
  async signInKey(): Promise<string> {
    const request = { name: "remote client", scopes: ["sign-in"] };
    return (await need(this.api.send(apiKeyIssued, "POST", "/api-keys", request, asked))).key;
  }

  /** Oldest first. */
  async audit(filter: Readonly<Record<string, string | number>> = {}): Promise<AuditView[]> {
    const all: AuditView[] = [];
    let after: string | null = null;
    do {
      const query: Readonly<Record<string, string | number | null>> = { limit: 500, ...filter, after };
      const page: AuditPage = await need(this.api.get(auditPage, "/audit", asked, query));
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
    const { items } = await need(this.api.get(auditChainPage, "/audit/chains", asked));
    return items.filter(({ kind }) => kind !== "whole");
  }

  async alerts(): Promise<AlertView[]> {
    return (await need(this.api.get(alertPage, "/alerts", asked))).items;
  }

  async outlook(userId: string): Promise<OfflineOutlookEntry[]> {
    return (await need(this.api.get(outlookPage, "/offline-outlook", asked, { userId }))).items;
  }
}

/** The API writes the hashes with a hyphen, RFC 6238 and otpauth URIs without. */
function requested({ digits, algorithm }: TokenKind) {
  return {
    ...(digits === undefined ? {} : { digits }),
    ...(algorithm === undefined ? {} : { algorithm: algorithm.replace("SHA", "SHA-") }),
  };
}

/** What is done is told by the path, where it is refused. */
const asked = { doing: "do what the test asked" };

async function need<T>(asking: Promise<Answer<T>>): Promise<T> {
  const answer = await asking;
  if (answer.kind === "ok") return answer.value;
  throw new Error([answer.what, answer.why, answer.next].filter(Boolean).join("\n"));
}
