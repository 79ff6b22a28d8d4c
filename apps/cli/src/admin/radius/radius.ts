import { resolve } from "node:path";
import { option } from "@holdfast/options/declaration";
import { defineOptions } from "@holdfast/options/define-options";
import {
  type RadiusClientView,
  radiusClientIssued,
  radiusClientView,
  radiusServerIssued,
  radiusView,
} from "@holdfast/protocol/radius-api";
import { z } from "zod";
import type { AnyCommand } from "../../frame/command.ts";
import type { Answer } from "../../frame/outcome.ts";
import { done, ok, refused, usage } from "../../frame/outcome.ts";
import { commandLine } from "../../frame/shell-words.ts";
import { printable } from "../../output/printable.ts";
import { table } from "../../output/table.ts";
import { dateTime } from "../../output/time.ts";
import type { Api } from "../../transport/api.ts";
import { segment } from "../../transport/api.ts";
import { confirmationOptions } from "../administrator-options.ts";
import { confirm } from "../confirm.ts";
import { adminCommand } from "../with-api.ts";
import { makeClientCertificate } from "./client-certificate.ts";
import { freeRadiusFiles } from "./freeradius-files.ts";
import { groupId, writeConfiguration } from "./write-configuration.ts";

const clientArgument = { name: "CLIENT", help: "The RADIUS client's name or id.", required: true } as const;
const oneLine = option({
  type: "boolean",
  flag: "--one-line",
  default: false,
  help: "The client knows no challenge: password and code are typed in one line.",
});
const next = "Next: holdfast admin radius configure on every FreeRADIUS, and restart it.";

export const radiusCommands: readonly AnyCommand[] = [
  adminCommand({
    words: ["admin", "radius", "list"],
    summary: "List RADIUS clients, and each FreeRADIUS with whether it knows them as they are",
    arguments: [],
    options: {},
    examples: ["holdfast admin radius list"],
    json: radiusView,
    run: async (api, { screen }) => {
      const view = await api.get(radiusView, "/radius", { doing: "list RADIUS clients" });
      if (view.kind === "refused") return view;
      const { clients, servers } = view.value;
      const clientRows = clients.map(({ id, name, address, prompts, secretChangedAtMs, ...more }) => [
        printable(name),
        more.requiresMessageAuthenticator ? address : `${address} ${screen.paint("caution", "unsigned")}`,
        prompts === "challenge" ? "challenge" : "one line",
        dateTime(secretChangedAtMs),
        id,
      ]);
      const columns = [
        { title: "CLIENT", yields: 1 },
        { title: "ADDRESS" },
        { title: "ASKED BY" },
        { title: "SECRET OF" },
        { title: "ID" },
      ];
      const serverRows = servers.map(({ name, configuredAtMs, certificateHash, outdated }) => [
        printable(name),
        dateTime(configuredAtMs),
        certificateHash === null ? "a server's own machine" : "anywhere, by certificate",
        outdated ? screen.paint("caution", "to be configured again") : "up to date",
      ]);
      const serverColumns = [
        { title: "FREERADIUS", yields: 1 },
        { title: "CONFIGURED" },
        { title: "ASKS FROM", yields: 2 },
        { title: "STATE" },
      ];
      return done(
        view.value,
        [
          clients.length === 0
            ? "No RADIUS clients. Add one: holdfast admin radius add NAME ADDRESS"
            : table(columns, clientRows, screen),
          "",
          servers.length === 0
            ? "No FreeRADIUS. Configure one: holdfast admin radius configure --out DIRECTORY"
            : table(serverColumns, serverRows, screen),
        ].join("\n"),
      );
    },
  }),

  adminCommand({
    words: ["admin", "radius", "add"],
    summary: "Register a RADIUS client; its shared secret is shown once",
    about: [
      "A client is a VPN gateway, a firewall or whatever else asks people to sign in by RADIUS: PAP with Access-Challenge, and a Message-Authenticator in every request.",
    ],
    arguments: [
      { name: "NAME", help: "What the audit calls it.", required: true },
      {
        name: "ADDRESS",
        help: "Where it sends from: an address, or a network such as 10.1.0.0/24.",
        required: true,
      },
    ],
    options: defineOptions({
      oneLine,
      messageAuthenticator: option({
        type: "boolean",
        flag: "--message-authenticator",
        default: true,
        help: "Whether its requests must carry a Message-Authenticator. Without (--no-message-authenticator) whoever is on the network between can forge what it is answered (CVE-2024-3596).",
      }),
    }),
    examples: ["holdfast admin radius add 'VPN north' 192.0.2.10"],
    json: radiusClientIssued,
    run: async (api, { arguments: [name = "", address = ""], values }) => {
      const body = {
        name,
        address,
        prompts: values.oneLine ? "one-line" : "challenge",
        requiresMessageAuthenticator: values.messageAuthenticator,
      };
      const added = await api.send(radiusClientIssued, "POST", "/radius/clients", body, {
        doing: `register the RADIUS client ${name}`,
        next: { conflict: "holdfast admin radius list" },
      });
      if (added.kind === "refused") return added;
      return done(
        added.value,
        `${added.value.secret}\n\nThe shared secret of ${printable(name)}, shown once: enter it there.\n${next}`,
      );
    },
  }),

  adminCommand({
    words: ["admin", "radius", "set"],
    summary: "Change a RADIUS client's name, address or way of asking",
    arguments: [clientArgument],
    options: defineOptions({
      name: option({ type: "string", flag: "--name", default: null, help: "Another name." }),
      address: option({
        type: "string",
        flag: "--address",
        default: null,
        help: "Another address or network.",
      }),
      prompts: option({
        type: "enum",
        values: ["challenge", "one-line"],
        flag: "--prompts",
        default: null,
        help: "challenge: the code is asked for in a second step; one-line: it follows the password in the same line.",
      }),
      messageAuthenticator: option({
        type: "boolean",
        flag: "--message-authenticator",
        default: null,
        help: "Whether its requests must carry a Message-Authenticator.",
      }),
    }),
    examples: ["holdfast admin radius set 'VPN north' --address 192.0.2.11"],
    json: radiusClientView,
    run: async (api, { arguments: [typed = ""], values }) => {
      const client = await findClient(api, typed);
      if (client.kind === "refused") return client;
      const { name: newName, address: newAddress, prompts: newPrompts, messageAuthenticator } = values;
      const asked = Object.entries({
        name: newName,
        address: newAddress,
        prompts: newPrompts,
        requiresMessageAuthenticator: messageAuthenticator,
      });
      const body = Object.fromEntries(asked.filter(([, value]) => value !== null));
      if (Object.keys(body).length === 0)
        return usage("Nothing was changed.", "Say what is to change.", "holdfast admin radius set --help");
      const path = `/radius/clients/${segment(client.value.id)}` as const;
      const changed = await api.send(radiusClientView, "PATCH", path, body, {
        doing: `change the RADIUS client ${typed}`,
      });
      if (changed.kind === "refused") return changed;
      const { name, address, prompts } = changed.value;
      const again = [newName, newAddress, messageAuthenticator].some((one) => one !== null)
        ? `\n${next}`
        : "";
      const way = prompts === "challenge" ? "by a challenge" : "in one line";
      return done(changed.value, `${printable(name)} sends from ${address} and asks ${way} now.${again}`);
    },
  }),

  adminCommand({
    words: ["admin", "radius", "rotate"],
    summary: "Give a RADIUS client another shared secret, shown once",
    about: ["The old one is good until every FreeRADIUS is configured again and restarted."],
    arguments: [clientArgument],
    options: {},
    examples: ["holdfast admin radius rotate 'VPN north'"],
    json: radiusClientIssued,
    run: async (api, { arguments: [typed = ""] }) => {
      const client = await findClient(api, typed);
      if (client.kind === "refused") return client;
      const path = `/radius/clients/${segment(client.value.id)}/secret` as const;
      const rotated = await api.send(radiusClientIssued, "POST", path, undefined, {
        doing: `change the secret of ${typed}`,
      });
      if (rotated.kind === "refused") return rotated;
      return done(
        rotated.value,
        `${rotated.value.secret}\n\nThe new shared secret of ${printable(rotated.value.name)}, shown once.\n${next}`,
      );
    },
  }),

  adminCommand({
    words: ["admin", "radius", "remove"],
    summary: "Remove a RADIUS client; its sign-ins are refused at once",
    arguments: [clientArgument],
    options: confirmationOptions,
    examples: ["holdfast admin radius remove 'VPN north'"],
    json: z.strictObject({ removed: z.string() }),
    run: async (api, { arguments: [typed = ""], values, ports }) => {
      const client = await findClient(api, typed);
      if (client.kind === "refused") return client;
      const { id, name } = client.value;
      const repeat = commandLine("holdfast", "admin", "radius", "remove", typed, "--yes");
      const no = await confirm(ports, values.yes, `Remove the RADIUS client ${printable(name)}?`, repeat);
      if (no) return no;
      const removed = await api.send(z.null(), "DELETE", `/radius/clients/${segment(id)}`, undefined, {
        doing: `remove the RADIUS client ${typed}`,
      });
      return removed.kind === "refused"
        ? removed
        : done({ removed: id }, `Removed the RADIUS client ${printable(name)}.`);
    },
  }),

  adminCommand({
    words: ["admin", "radius", "configure"],
    summary: "Write a complete configuration for FreeRADIUS 3.2",
    about: [
      "Run it on the machine of the FreeRADIUS and start that with `freeradius -d DIRECTORY -f`; on Debian put -d DIRECTORY into FREERADIUS_OPTIONS in /etc/default/freeradius. It has all secrets of the RADIUS clients: files are for this account alone, or for --group as well.",
      "Each time it is run, that FreeRADIUS gets another key, and the one before is taken no more: restart it afterwards. It asks Holdfast over TLS with a certificate of its own.",
    ],
    arguments: [],
    options: defineOptions({
      out: option({
        type: "path",
        flag: "--out",
        default: null,
        help: "The configuration directory; it is made where it is not there.",
      }),
      name: option({
        type: "string",
        flag: "--name",
        default: "freeradius",
        help: "What this FreeRADIUS is called; one of this name is replaced.",
      }),
      listen: option({
        type: "address",
        flag: "--listen",
        default: "0.0.0.0:1812",
        help: "Where RADIUS clients ask.",
      }),
      server: option({
        type: "list",
        flag: "--server",
        default: [],
        help: "A Holdfast server's URL; repeat it for several, asked in this order. Without it: the one that this command speaks to.",
      }),
      group: option({
        type: "string",
        flag: "--group",
        default: null,
        help: "A group that may read the files, such as freerad.",
      }),
    }),
    examples: [
      "holdfast admin radius configure --out /etc/holdfast/radius --group freerad",
      "holdfast admin radius configure --out /etc/holdfast/radius --server https://id1.example.org:8443 --server https://id2.example.org:8443",
    ],
    json: z.strictObject({
      name: z.string(),
      directory: z.string(),
      files: z.array(z.string()),
      clients: z.number().int(),
    }),
    run: async (api, { values, ports }) => {
      const { out, name, listen, group } = values;
      if (out === null)
        return usage(
          "Nothing was written.",
          "Say where: --out DIRECTORY.",
          "holdfast admin radius configure --help",
        );
      const directory = resolve(out);
      if (!/^[A-Za-z0-9/._-]+$/.test(directory))
        return usage(
          "Nothing was written.",
          "The directory's path may be of letters, digits, and / . _ - alone: FreeRADIUS reads it.",
          "holdfast admin radius configure --help",
        );
      const gid = group === null ? ok(null) : groupId(group);
      if (gid.kind === "refused") return gid;
      const servers = values.server.length === 0 ? [api.server.url] : values.server;
      const wrong = servers.find((url) => !isServerUrl(url));
      if (wrong !== undefined)
        return usage(
          "Nothing was written.",
          `--server takes URLs such as https://id.example.org:8443, and http: only of this machine; not ${printable(wrong)}.`,
          "holdfast admin radius configure --help",
        );
      const certificate = await makeClientCertificate(ports.now());
      const body = { name, certificateHash: certificate.hash };
      const issued = await api.send(radiusServerIssued, "POST", "/radius/servers", body, {
        doing: `register the FreeRADIUS ${name}`,
      });
      if (issued.kind === "refused") return issued;
      const files = freeRadiusFiles({ directory, issued: issued.value, servers, listen, certificate });
      const written = writeConfiguration(directory, files, gid.value);
      if (written.kind === "refused") return written;
      const clients = issued.value.clients.length;
      const none = clients === 0 ? "\nIt knows no clients yet: holdfast admin radius add NAME ADDRESS" : "";
      return done(
        { name, directory, files: files.map(({ path }) => path), clients },
        `The configuration of ${printable(name)} is in ${directory}, with ${clients} ${clients === 1 ? "client" : "clients"}.${none}\nNext, there: ${commandLine("freeradius", "-d", directory, "-f")}`,
      );
    },
  }),

  adminCommand({
    words: ["admin", "radius", "forget"],
    summary: "Take the key of a FreeRADIUS away; it answers nobody any more",
    arguments: [{ name: "FREERADIUS", help: "Its name or id.", required: true }],
    options: confirmationOptions,
    examples: ["holdfast admin radius forget radius-2"],
    json: z.strictObject({ removed: z.string() }),
    run: async (api, { arguments: [typed = ""], values, ports }) => {
      const view = await api.get(radiusView, "/radius", { doing: `look for ${typed}` });
      if (view.kind === "refused") return view;
      const server = view.value.servers.find(({ id, name }) => id === typed || name === typed);
      if (server === undefined) return noSuch("FreeRADIUS", typed);
      const repeat = commandLine("holdfast", "admin", "radius", "forget", typed, "--yes");
      const no = await confirm(ports, values.yes, `Forget the FreeRADIUS ${printable(server.name)}?`, repeat);
      if (no) return no;
      const removed = await api.send(z.null(), "DELETE", `/radius/servers/${segment(server.id)}`, undefined, {
        doing: `forget the FreeRADIUS ${typed}`,
      });
      return removed.kind === "refused"
        ? removed
        : done({ removed: server.id }, `The FreeRADIUS ${printable(server.name)} is forgotten.`);
    },
  }),
];

async function findClient(api: Api, typed: string): Promise<Answer<RadiusClientView>> {
  const view = await api.get(radiusView, "/radius", { doing: `look for ${typed}` });
  if (view.kind === "refused") return view;
  const found = view.value.clients.find(({ id, name }) => id === typed || name === typed);
  return found === undefined ? noSuch("RADIUS client", typed) : ok(found);
}

function noSuch(what: string, typed: string) {
  return refused(
    "refused",
    "not-found",
    `There is no ${what} ${printable(typed)}.`,
    "",
    "holdfast admin radius list",
  );
}

/** In clear only where nobody else can listen. What is written into a configuration must be nothing but a URL. */
function isServerUrl(text: string): boolean {
  if (!URL.canParse(text) || !/^[A-Za-z0-9:/.[\]-]+$/.test(text)) return false;
  const { protocol, hostname } = new URL(text);
  return (
    protocol === "https:" || (protocol === "http:" && ["localhost", "127.0.0.1", "[::1]"].includes(hostname))
  );
}
