// Which way imports may point: docs and tests follow this file, not the other way round.
// Types of a message count as imports too. Tests beside the code may use more than the code itself.
const tests = "[.]test[.]ts$|/testing/";
const ours = "^(?:apps|packages|sim|e2e|bench|scripts)/";

/** A package's shipped code may import itself and what is listed, nothing else. */
function only(room, allowed, comment) {
  return {
    name: `${room}-imports`,
    severity: "error",
    comment,
    from: { path: `^packages/${room}/`, pathNot: tests },
    to: { couldNotResolve: false, pathNot: [`^packages/${room}/`, ...allowed] },
  };
}

/** @type {import("dependency-cruiser").IConfiguration} */
module.exports = {
  forbidden: [
    only(
      "protocol",
      ["^node_modules/zod/"],
      "protocol is what everybody else stands on: schemas with zod, nothing of ours and nothing of a platform.",
    ),
    only(
      "core",
      ["^packages/protocol/", "^node_modules/@noble/hashes/"],
      "core decides and does nothing else: no files, network, timers, randomness or SQL. Return an effect and let the shell do it; take time and entropy as arguments.",
    ),
    only(
      "envelope",
      ["^packages/protocol/", "^node_modules/(?:jose|zod)/"],
      "envelope signs and encrypts with jose and checks shapes with zod, so that it runs in browsers and servers alike.",
    ),
    only(
      "offline-store",
      ["^packages/(?:protocol|core|envelope)/", "^node_modules/@noble/hashes/", "^(?:node:)?[a-z_/]+$"],
      "offline-store stands on protocol, core and envelope; KDF, device key and counter come in through its ports.",
    ),
    {
      name: "offline-store-node-apart",
      severity: "error",
      comment:
        "offline-store runs in browsers, too: what needs Node is a port, with its Linux side in src/node, and the store never imports that.",
      from: { path: "^packages/offline-store/", pathNot: [tests, "^packages/offline-store/src/node/"] },
      to: { path: ["^(?:node:)?[a-z_/]+$", "^packages/offline-store/src/node/"] },
    },
    only(
      "options",
      ["^packages/protocol/", "^node_modules/(?:zod|smol-toml)/", "^(?:node:)?[a-z_/]+$"],
      "options declares and reads options; it knows no program's own.",
    ),
    only(
      "pinned-authority",
      ["^(?:node:)?[a-z_/]+$"],
      "pinned-authority looks at a TLS server's certificates and nothing else.",
    ),
    only(
      "token-import",
      [
        "^packages/(?:protocol|core)/",
        "^node_modules/(?:csv-parse|sax)/",
        "^(?:node:)?(?:crypto|timers/promises|util)$",
      ],
      "token-import reads somebody else's files: text in, tokens out, with parsers that nothing else of ours has to load.",
    ),
    only(
      "api-client",
      ["^node_modules/openapi-fetch/"],
      "api-client is what the API's document says, for any platform with fetch.",
    ),
    only(
      "ui",
      ["^node_modules/(?:@mantine|@fontsource-variable|lucide-react|qrcode|react|react-dom)/"],
      "ui knows no router and calls no API: pages give it what to show.",
    ),
    only(
      "web-calls",
      ["^packages/(?:api-client|ui)/", "^node_modules/(?:@tanstack/(?:react-query|query-core)|react)/"],
      "web-calls is between pages and the API: it knows no page and no router.",
    ),
    {
      name: "pages-are-clients-of-the-api",
      severity: "error",
      comment:
        "Console and portal are ordinary clients of /api/v1: what they know of the server comes through packages/api-client.",
      from: { path: "^apps/(?:console|portal)/", pathNot: tests },
      to: { path: "^packages/", pathNot: "^packages/(?:api-client|ui|web-calls)/" },
    },
    {
      name: "the-phones-app-decides-by-core",
      severity: "error",
      comment:
        "The authenticator app stands on core and protocol, and on ui for what is alike; it calls its server by server-link alone.",
      from: { path: "^apps/authenticator/", pathNot: tests },
      to: { path: "^packages/", pathNot: "^packages/(?:core|protocol|ui)/" },
    },
    {
      name: "packages-do-not-import-apps",
      severity: "error",
      comment: "A package serves apps. Move what both need into a package.",
      from: { path: "^packages/" },
      to: { path: "^apps/" },
    },
    {
      name: "apps-do-not-import-each-other",
      severity: "error",
      comment:
        "server, agent and the rest talk over protocols, never by import. What both need belongs into packages/protocol (messages) or packages/core (decisions). Only the demo puts whole apps together.",
      from: { path: "^apps/([^/]+)/", pathNot: "^apps/demo/" },
      to: { path: "^apps/", pathNot: "^apps/$1/" },
    },
    {
      name: "shipped-code-imports-no-proof",
      severity: "error",
      comment: "What ships never imports the simulation, tests, benchmarks or scripts.",
      from: { path: "^(?:apps|packages)/", pathNot: tests },
      to: { path: ["^(?:sim|e2e|bench|scripts)/", tests] },
    },
    {
      name: "http-never-touches-the-store",
      severity: "error",
      comment: "http → app → store: let a use case in apps/server/src/app do it, and call that.",
      from: { path: "^apps/server/src/http/", pathNot: tests },
      to: { path: "^apps/server/src/store/" },
    },
    {
      name: "store-knows-no-use-cases",
      severity: "error",
      comment:
        "http → app → store: the store offers reads and conditional writes; who calls it is not its business.",
      from: { path: "^apps/server/src/store/", pathNot: tests },
      to: { path: "^apps/server/src/(?:app|http)/" },
    },
    {
      name: "keys-know-no-use-cases",
      severity: "error",
      comment:
        "http → app → keys → store: what keys are used for, and the rotation of all that they seal, is app's.",
      from: { path: "^apps/server/src/keys/", pathNot: tests },
      to: { path: "^apps/server/src/(?:app|http)/" },
    },
    {
      name: "use-cases-know-no-http",
      severity: "error",
      comment: "http → app → store: a use case returns outcomes; http turns them into answers in one table.",
      from: { path: "^apps/server/src/app/", pathNot: tests },
      to: { path: "^apps/server/src/http/" },
    },
    {
      name: "other-rooms-by-their-door",
      severity: "error",
      comment: "Import another workspace as @holdfast/<name>/…, never by a relative path into its folder.",
      from: { path: "^((?:apps|packages)/[^/]+|sim|e2e|bench)/" },
      to: { path: ours, pathNot: "^$1/", dependencyTypes: ["local"] },
    },
    {
      name: "no-cycles",
      severity: "error",
      comment:
        "Files that import each other have one subject too many, or one file too many; types count. Put what both need into a file named by what it holds.",
      from: {},
      to: { circular: true },
    },
    {
      name: "resolvable",
      severity: "error",
      comment: "An import that cannot be found cannot be checked either.",
      from: {},
      to: { couldNotResolve: true },
    },
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    // Built web apps are no sources.
    exclude: { path: "^apps/[^/]+/dist" },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: "tsconfig.base.json" },
    enhancedResolveOptions: {
      exportsFields: ["exports"],
      conditionNames: ["node", "import", "types", "default"],
      extensions: [".ts", ".tsx", ".mjs", ".js", ".json", ".d.ts"],
    },
  },
};
