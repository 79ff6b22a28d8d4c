import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { code, userName } from "../load/population.ts";

/** FreeRADIUS as it stands by itself: passwords in a file, compared in memory; with a Message-Authenticator all the same. */
export async function fileRadius(
  directory: string,
  port: number,
  secret: string,
  users: number,
): Promise<void> {
  await mkdir(directory, { recursive: true });
  const passwords = Array.from(
    { length: users },
    (_, user) => `${userName(user)} Cleartext-Password := "${code(user, 0)}"\n`,
  );
  await writeFile(join(directory, "users"), passwords.join(""));
  await writeFile(
    join(directory, "radiusd.conf"),
    `prefix = /usr
libdir = /usr/lib/freeradius
name = file
max_requests = 16384
log {
	destination = stdout
}
security {
	max_attributes = 200
	reject_delay = 0
	status_server = no
}
proxy_requests = no
thread pool {
	start_servers = 8
	max_servers = 64
	min_spare_servers = 8
	max_spare_servers = 32
	max_requests_per_server = 0
	auto_limit_acct = no
}
modules {
	files {
		filename = "${directory}/users"
	}
	pap {
	}
}
client gateway {
	ipv4addr = 127.0.0.1
	secret = "${secret}"
	require_message_authenticator = yes
}
server file {
	listen {
		type = auth
		ipv4addr = 127.0.0.1
		port = ${port}
	}
	authorize {
		update reply {
			&Message-Authenticator := 0x00
		}
		files
		pap
	}
	authenticate {
		Auth-Type PAP {
			pap
		}
	}
}
`,
  );
}
