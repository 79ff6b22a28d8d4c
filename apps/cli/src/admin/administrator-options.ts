import { option } from "@holdfast/options/declaration";
import { defineOptions } from "@holdfast/options/define-options";

/** Taken by every `admin` command. */
export const administratorOptions = defineOptions({
  administratorFile: option({
    type: "path",
    flag: "--admin-file",
    env: "HOLDFAST_ADMIN_FILE",
    default: null,
    help: "The administrator's key file; ~/.config/holdfast/admin.json where nothing else is said.",
  }),
});

export const confirmationOptions = defineOptions({
  yes: option({
    type: "boolean",
    flag: "--yes",
    default: false,
    help: "Do it without asking; needed where nobody is at a terminal.",
  }),
});
