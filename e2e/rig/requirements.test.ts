import { afterEach, expect, test, vi } from "vitest";
import { findProgram, missing } from "./requirements.ts";

afterEach(() => {
  vi.unstubAllEnvs();
});

test("names everything that is missing, with the Debian package that brings it", () => {
  vi.stubEnv("PATH", "/nowhere");
  expect(missing("oathtool", "pamtester")).toBe(
    "needs oathtool (Debian: oathtool); pamtester (Debian: pamtester)",
  );
  vi.spyOn(process, "getuid").mockReturnValue(1000);
  expect(missing("root")).toBe("needs root");
  vi.restoreAllMocks();
});

test("nothing is missing where everything is there", () => {
  expect(findProgram("sh")).toMatch(/\/sh$/);
  expect(missing()).toBeNull();
});
