import { describe } from "vitest";
import { auditContract } from "./audit-contract.ts";
import { authenticatorsContract } from "./authenticators-contract.ts";
import { authorizationContract } from "./authorization-contract.ts";
import { bypassesContract } from "./bypasses-contract.ts";
import { idempotencyContract } from "./idempotency-contract.ts";
import { listsContract } from "./lists-contract.ts";
import { ofManyContract } from "./of-many-contract.ts";
import { outageContract } from "./outage-contract.ts";
import { phonesContract } from "./phones-contract.ts";
import type { MakePlace } from "./place.ts";
import { pushContract } from "./push-contract.ts";
import { radiusContract } from "./radius-contract.ts";
import { recordsContract } from "./records-contract.ts";
import { sendersContract } from "./senders-contract.ts";
import { signInContract } from "./sign-in-contract.ts";
import { signInsAtOnceContract } from "./sign-ins-at-once-contract.ts";
import { signingContract } from "./signing-contract.ts";
import { stopsContract } from "./stops-contract.ts";
import { temporaryCodesContract } from "./temporary-codes-contract.ts";
import { tokenStockContract } from "./token-stock-contract.ts";
import { transactionContract } from "./transaction-contract.ts";
import { webContract } from "./web-contract.ts";

/** What every store keeps to, whatever it stands on. */
export function storeContract(name: string, makePlace: MakePlace): void {
  describe(`store contract: ${name}`, () => {
    signInContract(makePlace);
    signInsAtOnceContract(makePlace);
    transactionContract(makePlace);
    auditContract(makePlace);
    recordsContract(makePlace);
    webContract(makePlace);
    radiusContract(makePlace);
    pushContract(makePlace);
    authenticatorsContract(makePlace);
    idempotencyContract(makePlace);
    listsContract(makePlace);
    ofManyContract(makePlace);
    outageContract(makePlace);
    authorizationContract(makePlace);
    sendersContract(makePlace);
    signingContract(makePlace);
    temporaryCodesContract(makePlace);
    bypassesContract(makePlace);
    stopsContract(makePlace);
    phonesContract(makePlace);
    tokenStockContract(makePlace);
  });
}
