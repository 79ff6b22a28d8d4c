import { approvalScreens } from "./approvals/screens.ts";
import { codeScreens } from "./codes/screens.ts";
import type { Screen } from "./frame/screens.ts";
import { profileScreens } from "./profiles/screens.ts";
import { answerScreens } from "./qr-answer/screens.ts";
import { registrationScreens } from "./registration/screens.ts";
import { scanScreens } from "./scan/screens.ts";
import { settingsScreens } from "./settings/screens.ts";

/** The whole app. */
export const routes: readonly Screen[] = [
  ...codeScreens,
  ...approvalScreens,
  ...scanScreens,
  ...answerScreens,
  ...registrationScreens,
  ...profileScreens,
  ...settingsScreens,
];
