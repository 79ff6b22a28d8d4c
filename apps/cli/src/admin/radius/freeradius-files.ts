import { isIP } from "node:net";
import type { RadiusServerIssued } from "@holdfast/protocol/radius-api";

/** A file of FreeRADIUS's configuration directory, by its path below it. */
export type ConfigurationFile = { readonly path: string; readonly text: string };

export type FreeRadiusPlan = {
  /** Where the files will be: absolute, of letters, digits and `/._-` alone. */
  readonly directory: string;
  readonly issued: Pick<RadiusServerIssued, "name" | "key" | "authority" | "clients">;
  /** Holdfast servers in the order in which they are asked. */
  readonly servers: readonly string[];
  readonly listen: { readonly host: string; readonly port: number };
  /** PEM: what it shows to the servers. */
  readonly certificate: { readonly certificatePem: string; readonly keyPem: string };
};

/**
 * A whole configuration for FreeRADIUS 3.2, for `freeradius -d DIRECTORY -f`: nothing of Debian's own directory is used,
 * so that none of its defaults (a client with a known secret, other ways to authenticate) comes in. PAP alone: RADIUS
 * knows no other way to carry a code. Against CVE-2024-3596 a Message-Authenticator is required in every request and
 * stands first in every reply, which 3.2.1 does not do by itself.
 */
export function freeRadiusFiles(plan: FreeRadiusPlan): ConfigurationFile[] {
  return [
    { path: "radiusd.conf", text: mainFile(plan) },
    { path: "clients.conf", text: clientsFile(plan.issued.clients) },
    { path: "mods-enabled/always", text: alwaysFile },
    { path: "mods-enabled/rest", text: plan.servers.map(restInstance).join("\n") },
    { path: "sites-enabled/holdfast", text: siteFile(plan) },
    { path: "certs/authority.pem", text: plan.issued.authority },
    { path: "certs/certificate.pem", text: plan.certificate.certificatePem },
    { path: "certs/key.pem", text: plan.certificate.keyPem },
  ];
}

/** Longer than a password's place in a server's queue takes, and shorter than clients wait before they ask another. */
const restTimeoutSeconds = 10;

function mainFile({ issued, directory }: FreeRadiusPlan): string {
  return `${header}
# The RADIUS server ${quotedComment(issued.name)}.

prefix = /usr
libdir = /usr/lib/freeradius
confdir = "${directory}"
certdir = "${directory}/certs"
name = holdfast

max_request_time = 30
# A retransmission within this time gets the same reply from here; later ones get the same verdict from Holdfast.
cleanup_delay = 10
max_requests = 16384
hostname_lookups = no

log {
	destination = stdout
	colourise = no
	auth = no
	auth_badpass = no
	auth_goodpass = no
}

security {
	max_attributes = 200
	reject_delay = 1
	status_server = yes
}

proxy_requests = no

thread pool {
	start_servers = 8
	max_servers = 64
	min_spare_servers = 8
	max_spare_servers = 32
	max_queue_size = 4096
	max_requests_per_server = 0
	auto_limit_acct = no
}

modules {
	$INCLUDE mods-enabled/
}

$INCLUDE clients.conf
$INCLUDE sites-enabled/
`;
}

/** What nobody calls a secret is no client: addresses were checked by the server, names go into comments only. */
function clientsFile(clients: RadiusServerIssued["clients"]): string {
  const entries = clients.map(({ id, name, address, secret, requiresMessageAuthenticator }) => {
    const kind = isIP(address.split("/")[0] ?? "") === 6 ? "ipv6addr" : "ipv4addr";
    return `# ${quotedComment(name)}
client ${id} {
	${kind} = ${address}
	proto = udp
	shortname = ${id}
	secret = "${secret}"
	require_message_authenticator = ${requiresMessageAuthenticator ? "yes" : "no"}
	# Known from FreeRADIUS 3.2.5 on; earlier ones pass it over.
	limit_proxy_state = yes
}
`;
  });
  return `${header}\n${entries.join("\n")}`;
}

function restInstance(url: string, index: number): string {
  const base = url.replace(/\/+$/, "");
  const tls = base.startsWith("https:")
    ? `
	tls {
		ca_info_file = \${certdir}/authority.pem
		certificate_file = \${certdir}/certificate.pem
		private_key_file = \${certdir}/key.pem
		check_cert = yes
		check_cert_cn = yes
	}
`
    : "";
  return `${index === 0 ? `${header}\n` : ""}rest ${instanceName(index)} {
	connect_uri = "${base}"
	connect_timeout = 2.0
${tls}
	authorize {
		uri = "\${..connect_uri}/api/v1/radius/access-requests"
		method = "post"
		body = "json"
		force_to = "json"
		timeout = ${restTimeoutSeconds}.0${tls === "" ? "" : `\n\t\ttls = \${..tls}`}
	}

	# It starts whether or not the server is there.
	pool {
		start = 0
		min = 0
		max = 64
		spare = 1
		uses = 0
		retry_delay = 1
		lifetime = 0
		idle_timeout = 30
	}
}
`;
}

function siteFile({ issued, servers, listen }: FreeRadiusPlan): string {
  const address = listen.host.includes(":") ? `ipv6addr = ${listen.host}` : `ipv4addr = ${listen.host}`;
  const ask = (index: number) => `update control {
			&REST-HTTP-Header := "Authorization: Bearer ${issued.key}"
		}
		${instanceName(index)} {
			ok = 1
			updated = 1
			fail = 1
			invalid = 1
			reject = 1
			notfound = 1
			userlock = 1
			noop = 1
		}`;
  const others = servers.slice(1).map(
    (_url, index) => `
		# That server cannot be reached or cannot answer now: the next one.
		if (!&reply:State && !&control:Auth-Type) {
			${ask(index + 1).replaceAll("\n", "\n\t")}
		}`,
  );
  return `${header}
server holdfast {
	listen {
		type = auth
		proto = udp
		${address}
		port = ${listen.port}
	}

	authorize {
		# First in the list, and so first in the reply; the value is worked out when the reply is signed.
		update reply {
			&Message-Authenticator := 0x00
		}

		# What CVE-2024-3596 needs where a client cannot send a Message-Authenticator: nobody of ours is a proxy.
		if (&Proxy-State && !&Message-Authenticator) {
			update control {
				&Response-Packet-Type := Do-Not-Respond
			}
			handled
		}

		# One way to sign in alone: what was typed must reach Holdfast as it was typed.
		if (!&User-Name || &CHAP-Password || &EAP-Message || &MS-CHAP-Challenge) {
			update reply {
				&Reply-Message := "This gateway must send passwords by PAP."
			}
			reject
		}

		update request {
			&Tmp-String-0 := "%{client:shortname}"
			&Tmp-String-1 := "%{%{Packet-Src-IP-Address}:-%{Packet-Src-IPv6-Address}}|%{Packet-Src-Port}|%{Packet-Authentication-Vector}"
		}

		${ask(0)}${others.join("")}

		# No word from Holdfast is no verdict: silence, and the client asks again or elsewhere.
		if (!&reply:State && !&control:Auth-Type) {
			update control {
				&Response-Packet-Type := Do-Not-Respond
			}
			handled
		}
		if (&reply:State) {
			update control {
				&Response-Packet-Type := Access-Challenge
			}
			handled
		}
	}

	# Holdfast's verdict is in the Auth-Type, Accept or Reject; without one FreeRADIUS rejects.
	authenticate {
	}

	post-auth {
	}
}
`;
}

/** Words of the site that FreeRADIUS knows as modules. */
const alwaysFile = `always reject {
	rcode = reject
}

always handled {
	rcode = handled
}
`;

const header = `# Written by \`holdfast admin radius configure\`. Changes are lost when it is run again.
`;

function instanceName(index: number): string {
  return `holdfast_${index + 1}`;
}

/** In a comment a line break would end it. */
function quotedComment(text: string): string {
  return JSON.stringify(text.replaceAll(/[^\p{L}\p{N}\p{P}\p{S} ]/gu, " "));
}
