/** Tables after all that they refer to; a table that refers to itself does not count. Throws for a circle. */
export function tableOrder(
  tables: readonly string[],
  references: readonly { readonly from: string; readonly to: string }[],
): string[] {
  const ordered: string[] = [];
  let left = [...tables].sort();
  while (left.length > 0) {
    const ready = left.filter(
      (table) => !references.some(({ from, to }) => from === table && to !== table && left.includes(to)),
    );
    if (ready.length === 0) throw new Error(`tables refer to each other in a circle: ${left.join(", ")}`);
    ordered.push(...ready);
    left = left.filter((table) => !ready.includes(table));
  }
  return ordered;
}
