import about from "../../package.json" with { type: "json" };

/** Told in exports and backups. */
export const serverVersion: string = about.version;
