import { lookup as systemLookup } from "node:dns";
import { isIP, type LookupFunction } from "node:net";

/** A name server that says nothing must not hold up a sign-in, nor the threads that Argon2id and the disk need. */
const patienceMs = 300;
const freshMs = 60_000;
/** getaddrinfo occupies one of libuv's four threads for as long as the name server keeps silent. */
const maximumUnderWay = 2;

type Address = { readonly address: string; readonly family: number };
type Known = { readonly addresses: readonly Address[]; readonly atMs: number };

/**
 * Looks server names up, remembering the last answer: fresh answers are used at once, old ones when a new one does not
 * come quickly. At most two lookups are under way; a name is never looked up twice at a time.
 */
export function createNameLookup(lookup = systemLookup): LookupFunction {
  const known = new Map<string, Known>();
  const underWay = new Map<string, Promise<readonly Address[]>>();

  function ask(name: string): Promise<readonly Address[]> {
    const already = underWay.get(name);
    if (already) return already;
    if (underWay.size >= maximumUnderWay) return Promise.reject(lookupError(name, "EAI_AGAIN"));
    const asked = new Promise<readonly Address[]>((resolve, reject) => {
      lookup(name, { all: true }, (error, addresses) => {
        underWay.delete(name);
        if (error) return reject(error);
        known.set(name, { addresses, atMs: performance.now() });
        resolve(addresses);
      });
    });
    underWay.set(name, asked);
    return asked;
  }

  async function find(name: string): Promise<readonly Address[]> {
    const family = isIP(name);
    if (family !== 0) return [{ address: name, family }];
    const before = known.get(name);
    if (before && performance.now() - before.atMs < freshMs) return before.addresses;
    const asked = ask(name);
    if (!before) return asked;
    asked.catch(() => undefined);
    return Promise.race([asked.catch(() => before.addresses), later(before.addresses)]);
  }

  return (name, options, callback) => {
    find(name).then(
      (addresses) => {
        const wanted = addresses.filter(
          ({ family }) => !options.family || String(options.family).endsWith(String(family)),
        );
        const [first] = wanted;
        if (first === undefined) callback(lookupError(name, "ENOTFOUND"), "", 4);
        else if (options.all) callback(null, [...wanted]);
        else callback(null, first.address, first.family);
      },
      (error: NodeJS.ErrnoException) => callback(error, "", 4),
    );
  };
}

function later<T>(value: T): Promise<T> {
  return new Promise((resolve) => setTimeout(resolve, patienceMs, value).unref());
}

function lookupError(name: string, code: string): NodeJS.ErrnoException {
  return Object.assign(new Error(`${name}: ${code}`), { code });
}
