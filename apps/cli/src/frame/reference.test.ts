import { expect, test } from "vitest";
import { commandTree } from "../commands.ts";
import { referencePage } from "./reference.ts";

// `npx vitest run apps/cli/src/frame/reference.test.ts --update` writes the page anew.
test("docs/reference/cli.md is what the commands declare", async () => {
  await expect(referencePage(commandTree)).toMatchFileSnapshot("../../../../docs/reference/cli.md");
});
