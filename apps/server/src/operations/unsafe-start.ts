/** A configuration or store that must not be started with; the message tells an administrator why and what to do. */
export class UnsafeStart extends Error {
  override readonly name = "UnsafeStart";
}
