import type { Screen } from "../frame/screens.ts";
import { AnswerScreen } from "./answer-screen.tsx";

/** No place of its own in the bar: scanning leads here. */
export const answerScreens: readonly Screen[] = [{ path: "/answer", element: AnswerScreen }];
