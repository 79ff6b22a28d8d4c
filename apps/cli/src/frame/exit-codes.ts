/** What a script may rely on: one table for the program, its help and its reference. */
export const exitCodes = {
  done: { status: 0, meaning: "Done." },
  refused: { status: 1, meaning: "Refused: the agent or the server said no, or a file could not be used." },
  usage: { status: 2, meaning: "The command line is wrong; nothing was sent." },
  unreachable: {
    status: 3,
    meaning: "The agent or the server cannot be reached, or what answered is not the one that is meant.",
  },
  attention: { status: 4, meaning: "`doctor` found an error, or `admin audit verify` a broken chain." },
  unauthorised: { status: 5, meaning: "No administrator's key, or no right to do this." },
  fault: { status: 70, meaning: "A fault in this program; please report it." },
  interrupted: { status: 130, meaning: "Interrupted by Ctrl-C." },
} as const;

export type ExitName = keyof typeof exitCodes;
