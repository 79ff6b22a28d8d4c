/** Environments in one, preloaded libraries put together: a moved clock and a crash control, for instance. */
export function combineEnvironments(
  ...environments: readonly Readonly<Record<string, string>>[]
): Record<string, string> {
  const preloads = environments
    .map((environment) => environment.LD_PRELOAD)
    .filter((path) => path !== undefined);
  const combined = Object.assign({}, ...environments);
  return preloads.length === 0 ? combined : { ...combined, LD_PRELOAD: preloads.join(":") };
}
