import { BlockList, isIP, isIPv4 } from "node:net";
import { Extension } from "@peculiar/x509";

/**
 * Networks for which a Holdfast authority may always speak: its own machine and addresses that nobody else on the
 * internet answers at (RFC 1918, RFC 3927, RFC 4193, RFC 4291).
 */
const privateNetworks = [
  "127.0.0.0/8",
  "10.0.0.0/8",
  "172.16.0.0/12",
  "192.168.0.0/16",
  "169.254.0.0/16",
  "::1/128",
  "fc00::/7",
  "fe80::/10",
];

/** What an authority may vouch for: domains with all that is below them, and networks. */
export type PermittedNames = { readonly domains: readonly string[]; readonly networks: readonly string[] };

export function permittedNames(names: readonly string[], further: readonly string[]): PermittedNames {
  const [addresses, domains] = [
    [...names, ...further].filter(isAddress),
    names.filter((name) => !isAddress(name)),
  ];
  return {
    domains: [
      ...new Set([
        "localhost",
        ...domains.map(constrainingDomain),
        ...further.filter((name) => !isAddress(name)),
      ]),
    ],
    networks: [...new Set([...privateNetworks, ...addresses.map(hostNetwork)])],
  };
}

/**
 * Critical name constraints (RFC 5280 §4.2.1.10): an authority made here, and trusted by endpoints, can vouch for the
 * enterprise's own names and for private addresses, never for the rest of the internet.
 */
export function nameConstraints({ domains, networks }: PermittedNames): Extension {
  const subtrees = [
    ...domains.map((domain) => der(dnsNameTag, Buffer.from(domain, "ascii"))),
    ...networks.map((network) => der(ipAddressTag, addressAndMask(network))),
  ].map((base) => der(sequenceTag, base));
  const value = der(sequenceTag, der(permittedTag, Buffer.concat(subtrees)));
  return new Extension("2.5.29.30", true, new Uint8Array(value));
}

/** Whether a certificate for this name would be believed. */
export function isPermitted({ domains, networks }: PermittedNames, name: string): boolean {
  const version = isIP(name);
  if (version === 0) return domains.some((domain) => name === domain || name.endsWith(`.${domain}`));
  const list = new BlockList();
  for (const network of networks) {
    const [address = "", prefix = ""] = network.split("/");
    list.addSubnet(address, Number(prefix), isIPv4(address) ? "ipv4" : "ipv6");
  }
  return list.check(name, version === 4 ? "ipv4" : "ipv6");
}

function isAddress(name: string): boolean {
  return isIP(name) !== 0;
}

/** `holdfast1.example.org` lets the authority speak for `example.org`; a name of two labels stands for itself. */
function constrainingDomain(name: string): string {
  const labels = name.split(".");
  return labels.length > 2 ? labels.slice(1).join(".") : name;
}

function hostNetwork(address: string): string {
  return `${address}/${isIPv4(address) ? 32 : 128}`;
}

// X.690 tags: SEQUENCE, and the context-specific ones of GeneralName and NameConstraints.
const sequenceTag = 0x30;
const permittedTag = 0xa0;
const dnsNameTag = 0x82;
const ipAddressTag = 0x87;

function der(tag: number, content: Uint8Array): Buffer {
  const { length } = content;
  if (length > 0xffff) throw new RangeError("too many names for a certificate authority");
  const header =
    length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...header]), content]);
}

/** Address and mask, each 4 or 16 bytes (RFC 5280 §4.2.1.10). */
function addressAndMask(network: string): Buffer {
  const [address = "", prefix = ""] = network.split("/");
  const bytes = isIPv4(address) ? Buffer.from(address.split(".").map(Number)) : ipv6Bytes(address);
  const bits = Number(prefix);
  const mask = Buffer.from(
    bytes.map((_, index) => (0xff00 >> Math.min(8, Math.max(0, bits - index * 8))) & 0xff),
  );
  return Buffer.concat([bytes, mask]);
}

function ipv6Bytes(address: string): Buffer {
  const [head = "", tail = ""] = address.includes("::") ? address.split("::") : [address, ""];
  const groups = (text: string) =>
    text === "" ? [] : text.split(":").map((group) => Number.parseInt(group, 16));
  const [first, last] = [groups(head), groups(tail)];
  const all = [...first, ...Array.from({ length: 8 - first.length - last.length }, () => 0), ...last];
  return Buffer.from(all.flatMap((group) => [group >> 8, group & 0xff]));
}
