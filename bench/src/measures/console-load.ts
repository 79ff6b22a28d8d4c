import { Hospital } from "@holdfast/e2e/console/hospital";
import { countTransfer, shownAfterMs } from "@holdfast/e2e/rig/browser";
import { type Measure, measured, notRun } from "../measure.ts";
import { type Needs, unmet } from "../needs.ts";
import { described, samples } from "../rounds.ts";

const browserNeeds: Needs = { machine: ["chromium"], packages: ["chromium"] };

/** The dashboard's figures: what an administrator came for. */
const outlook = 'section[aria-label="If the network went now"]';

/** What a browser that has never been here fetches, and how long an administrator looks at nothing. */
export const consoleLoad: Measure = {
  figures: [
    {
      name: "console-transfer",
      measure: "what the console's dashboard takes over the wire, compressed, with an empty cache",
      unit: "kB",
      bar: { atMost: 250 },
    },
    {
      name: "console-paint",
      measure: "from the address to the dashboard with its data on the screen, on localhost",
      unit: "s",
      bar: { atMost: 1 },
    },
  ],
  async run(context) {
    const why = await unmet(browserNeeds);
    if (why !== null) return notRun(why);
    await using hospital = await Hospital.open();
    const anna = await hospital.administrator("anna", "Anna Berg");
    await using opened = await hospital.signedIn(anna);
    const transferred = await countTransfer(opened);
    const kilobytes: number[] = [];
    const seconds: number[] = [];
    for (let round = 0; round < (context.quick ? 5 : 15); round++) {
      transferred.bytes = 0;
      await opened.page.goto(hospital.url);
      seconds.push((await shownAfterMs(opened.page, outlook)) / 1000);
      kilobytes.push(transferred.bytes / 1000);
    }
    const [transfer, paint] = [samples(kilobytes), samples(seconds)];
    return measured({
      "console-transfer": { value: transfer.median, detail: { kilobytes: described(transfer) } },
      "console-paint": { value: paint.median, detail: { seconds: described(paint) } },
    });
  },
};
