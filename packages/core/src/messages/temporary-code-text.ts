/**
 * What the help desk tells the person whom it gives a temporary code, one point each (TC-22). `until` is date and time
 * with the name of its zone.
 */
export function temporaryCodeTold(code: {
  readonly until: string;
  readonly once: boolean;
  /** He has a method that he can use again once he has it back. */
  readonly hasUsualMethod: boolean;
  /** His policy lets him enrol one. */
  readonly mayEnrol: boolean;
}): string[] {
  const use = code.once ? "It is good for one sign-in." : "It can be used many times until then.";
  return [
    `The code expires on ${code.until}. ${use}`,
    "The code works for this account only, and for nobody else's.",
    "The code cannot be used to sign orders.",
    "Sign in with name and password, and enter the code where a one-time code is asked for.",
    whatThen(code),
  ];
}

function whatThen({
  hasUsualMethod,
  mayEnrol,
}: Pick<Parameters<typeof temporaryCodeTold>[0], "hasUsualMethod" | "mayEnrol">): string {
  if (hasUsualMethod)
    return "When the device is back, use it at once; there is no need to call again. The code ends by itself with that.";
  if (mayEnrol)
    return "When there is a new device, enrol it; the code ends by itself with that. A device that was reported stolen works again only once it is enrolled again.";
  return "When the code has expired, ask the help desk for a new one.";
}
