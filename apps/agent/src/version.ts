import about from "../package.json" with { type: "json" };

/** Told to the server at enrolment and with every contact (MDA-9). */
export const agentVersion: string = about.version;
