import { registryFile } from "@holdfast/core/managed-configuration/registry-file";
import { wlmRegistryText } from "@holdfast/core/managed-configuration/wlm-profile";
import { option } from "@holdfast/options/declaration";
import { defineOptions } from "@holdfast/options/define-options";
import { wlmProfileView } from "@holdfast/protocol/admin-api";
import type { AnyCommand } from "../frame/command.ts";
import { done, refused } from "../frame/outcome.ts";
import { printable } from "../output/printable.ts";
import { facts, wrap } from "../output/table.ts";
import { writePrivateFile } from "./administrator-file.ts";
import { adminCommand } from "./with-api.ts";

export const clientProfileCommands: readonly AnyCommand[] = [
  adminCommand({
    words: ["admin", "client-profile", "wlm"],
    summary: "Show or export what a logon manager on Windows has to be told",
    about: [
      "Holdfast ships no Windows client, and none was tried: this is the configuration that one would read, with 30 offline logins by default (OTP-16, OTP-20). The proven client is the Linux agent, whose file is /etc/holdfast/agent.toml.",
      "The .reg file is UTF-16LE with a byte order mark, as Windows writes them; import it with: reg import FILE.",
    ],
    arguments: [],
    options: defineOptions({
      offline: option({
        type: "enum",
        values: ["on", "off"],
        flag: "--offline",
        default: "on",
        help: "The client's own switch for offline sign-in; the user's policy must allow it too.",
      }),
      reg: option({
        type: "path",
        flag: "--reg",
        default: null,
        help: "Write the settings into this .reg file, replacing it.",
      }),
    }),
    examples: [
      "holdfast admin client-profile wlm",
      "holdfast admin client-profile wlm --offline off --reg wlm.reg",
    ],
    json: wlmProfileView,
    run: async (api, { values, screen }) => {
      const profile = await api.get(
        wlmProfileView,
        "/client-profiles/wlm",
        { doing: "tell the profile" },
        { offlineEnabled: values.offline === "on" },
      );
      if (profile.kind === "refused") return profile;
      const { serverUrl, authorityPin, site, offlineEnabled, offlineLogins, notice } = profile.value;
      const caution = screen.paint("caution", wrap(printable(notice), screen.width));
      if (values.reg === null) {
        const shown = facts([
          ["Server", printable(serverUrl)],
          ["Authority pin", authorityPin],
          ["Site", printable(site)],
          ["Offline sign-in", offlineEnabled ? "on" : "off"],
          ["Offline logins", String(offlineLogins)],
        ]);
        return done(profile.value, `${shown}\n\n${caution}`);
      }
      try {
        writePrivateFile(values.reg, registryFile(wlmRegistryText(profile.value)));
      } catch (error) {
        const why = `${values.reg} cannot be written (${(error as NodeJS.ErrnoException).code}).`;
        return refused(
          "refused",
          "file-not-written",
          "Nothing was exported.",
          why,
          "Choose another file with --reg.",
        );
      }
      return done(profile.value, `Written to ${values.reg}. On Windows: reg import FILE\n${caution}`);
    },
  }),
];
