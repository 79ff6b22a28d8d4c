import {
  hardwareTokenAnswer,
  hardwareTokenGift,
  mostFileCharacters,
  stockPage,
  stockQuery,
  tokenImport,
  tokenImportAnswer,
} from "@holdfast/protocol/token-stock-api";
import { ok } from "../../app/outcome.ts";
import type { AppPorts } from "../../app/ports.ts";
import { tellOfMethod } from "../../app/senders/notices.ts";
import { giveHardwareToken } from "../../app/token-stock/give.ts";
import { importTokens } from "../../app/token-stock/import.ts";
import { listStock, removeFromStock } from "../../app/token-stock/stock.ts";
import type { Route } from "../route.ts";
import { administrator, freshAdministrator, route } from "../route.ts";
import { byId } from "./people.ts";

/** As JSON a file is longer than it is: line ends and quotation marks take two characters. */
const importBodyLimit = mostFileCharacters + 1024 * 1024;

/** Hardware tokens that were bought: imported from their maker's file, and given to people one by one. */
export function tokenStockRoutes(ports: AppPorts): Route[] {
  return [
    route(
      "POST",
      "/api/v1/token-imports",
      freshAdministrator("properties.token-import"),
      {
        summary: "Import hardware tokens from a CSV file or a PSKC container",
        answer: tokenImportAnswer,
        body: tokenImport,
        bodyLimit: importBodyLimit,
      },
      ({ actor, body }) => importTokens(ports, actor, body),
    ),
    route(
      "GET",
      "/api/v1/token-stock",
      administrator("users.read"),
      {
        summary: "List imported hardware tokens, and who has them",
        answer: stockPage,
        query: stockQuery,
      },
      async ({ actor, query }) => ok(await listStock(ports, actor, query)),
    ),
    route(
      "DELETE",
      "/api/v1/token-stock/:id",
      freshAdministrator("properties.token-import"),
      { summary: "Remove a hardware token that nobody has", answer: null, params: byId },
      ({ actor, params }) => removeFromStock(ports, actor, params.id),
    ),
    route(
      "POST",
      "/api/v1/users/:id/hardware-tokens",
      freshAdministrator("users.authenticators"),
      {
        summary: "Give a user a hardware token by its serial number",
        answer: hardwareTokenAnswer,
        params: byId,
        body: hardwareTokenGift,
        status: 201,
      },
      async ({ actor, params, body }) => {
        const given = await giveHardwareToken(ports, actor, params.id, body);
        if (given.kind === "ok") tellOfMethod(ports, params.id, "added", given.value.token.kind);
        return given;
      },
    ),
  ];
}
