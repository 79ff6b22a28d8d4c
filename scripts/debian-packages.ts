/** A Debian package that `npm test` uses, and what would go unproved without it. */
export type DebianPackage = {
  readonly name: string;
  readonly why: string;
};

/** Everything `npm test` needs beyond Node. `npm start` needs none of it. */
export const debianPackages: readonly DebianPackage[] = [
  { name: "gcc", why: "builds the PAM module" },
  { name: "make", why: "builds the PAM module" },
  { name: "libc6-dev", why: "headers for the PAM module" },
  { name: "libpam0g-dev", why: "PAM headers for the PAM module" },
  { name: "pamtester", why: "drives the PAM module without a login program" },
  { name: "openssh-server", why: "sign-ins over a real sshd" },
  { name: "openssh-client", why: "the client of those sign-ins" },
  { name: "sudo", why: "sudo through the PAM module" },
  { name: "oathtool", why: "stands in for the user's HOTP token, independent of our own code" },
  { name: "postgresql", why: "the store's contract and concurrency tests on the reference database" },
  { name: "iproute2", why: "black-holed routes, links that go down, delay and loss" },
  { name: "openssl", why: "certificates for the proxies that stand in a server's place" },
  { name: "faketime", why: "endpoints whose clock was set back" },
  { name: "haproxy", why: "the web origins behind a real proxy" },
  { name: "freeradius", why: "remote access through a real RADIUS server" },
  { name: "freeradius-rest", why: "its module that asks our API" },
  { name: "freeradius-utils", why: "radclient, the client of that server" },
  { name: "chromium", why: "the console and the portal, driven in a browser" },
];
