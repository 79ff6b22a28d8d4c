/**
 * The addresses of the app's own workers, for a browser that wants them vouched for (Trusted Types). Both are constants of the
 * build, at this origin.
 */
export function trustedWorkerUrl(url: string): unknown {
  const own = new URL(url, location.origin);
  if (own.origin !== location.origin) throw new Error("a worker of another origin");
  policy ??= trustedTypesOf(globalThis)?.createPolicy("holdfast-workers", {
    createScriptURL: (given) => given,
  });
  return policy === undefined ? own.pathname : policy.createScriptURL(own.pathname);
}

type Policy = { createScriptURL(url: string): unknown };
type Factory = {
  createPolicy(name: string, rules: { createScriptURL: (given: string) => string }): Policy;
};

let policy: Policy | undefined;

/** Not every browser has them. */
function trustedTypesOf(scope: object): Factory | undefined {
  return (scope as { trustedTypes?: Factory }).trustedTypes;
}
