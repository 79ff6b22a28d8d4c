import * as adminAnswers from "@holdfast/protocol/admin-answers";
import * as adminApi from "@holdfast/protocol/admin-api";
import * as authenticatorsApi from "@holdfast/protocol/authenticators-api";
import * as bundle from "@holdfast/protocol/bundle";
import * as bypassApi from "@holdfast/protocol/bypass-api";
import * as endpointApi from "@holdfast/protocol/endpoint-api";
import * as endpointEvents from "@holdfast/protocol/endpoint-events";
import * as lockApi from "@holdfast/protocol/lock-api";
import * as meApi from "@holdfast/protocol/me-api";
import * as operatingApi from "@holdfast/protocol/operating-api";
import * as outageApi from "@holdfast/protocol/outage-api";
import * as phoneApi from "@holdfast/protocol/phone-api";
import * as phonesApi from "@holdfast/protocol/phones-api";
import * as policy from "@holdfast/protocol/policy";
import * as primitives from "@holdfast/protocol/primitives";
import * as problem from "@holdfast/protocol/problem";
import * as proofingApi from "@holdfast/protocol/proofing-api";
import * as pushApi from "@holdfast/protocol/push-api";
import * as radiusApi from "@holdfast/protocol/radius-api";
import * as refusals from "@holdfast/protocol/refusals";
import * as rights from "@holdfast/protocol/rights";
import * as rolesApi from "@holdfast/protocol/roles-api";
import * as sendersApi from "@holdfast/protocol/senders-api";
import * as sessionApi from "@holdfast/protocol/session-api";
import * as settingsApi from "@holdfast/protocol/settings-api";
import * as setupApi from "@holdfast/protocol/setup-api";
import * as signInApi from "@holdfast/protocol/sign-in-api";
import * as signingApi from "@holdfast/protocol/signing-api";
import * as signingStatement from "@holdfast/protocol/signing-statement";
import * as temporaryCodesApi from "@holdfast/protocol/temporary-codes-api";
import * as tokenStockApi from "@holdfast/protocol/token-stock-api";
import { z } from "zod";

/** The families of schemas that the API speaks; a schema's name in the document is that of its export. */
const families: readonly Record<string, unknown>[] = [
  primitives,
  refusals,
  problem,
  policy,
  signInApi,
  sessionApi,
  setupApi,
  endpointEvents,
  endpointApi,
  bundle,
  rights,
  rolesApi,
  settingsApi,
  adminApi,
  adminAnswers,
  authenticatorsApi,
  sendersApi,
  outageApi,
  lockApi,
  meApi,
  operatingApi,
  signingStatement,
  signingApi,
  proofingApi,
  temporaryCodesApi,
  tokenStockApi,
  bypassApi,
  phonesApi,
  phoneApi,
  pushApi,
  radiusApi,
];

/** `userView` → `UserView`. Where two exports are one schema, the first name holds. */
export function schemaNames(): Map<z.ZodType, string> {
  const names = new Map<z.ZodType, string>();
  for (const family of families) {
    for (const [name, value] of Object.entries(family)) {
      if (value instanceof z.ZodType && !names.has(value)) names.set(value, pascal(name));
    }
  }
  return names;
}

function pascal(name: string): string {
  return name.slice(0, 1).toUpperCase() + name.slice(1);
}
