import type { StreamMessage } from "@holdfast/protocol/endpoint-api";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { EventParser, maximumLineLength } from "./event-parser.ts";

function parse(parts: readonly string[]): { messages: StreamMessage[]; faults: string[] } {
  const messages: StreamMessage[] = [];
  const faults: string[] = [];
  const parser = new EventParser(
    (message) => messages.push(message),
    (why) => faults.push(why),
  );
  for (const part of parts) parser.push(part);
  return { messages, faults };
}

const heartbeat = 'event: heartbeat\ndata: {"type":"heartbeat"}\n\n';
const news = 'event: contact-now\ndata: {"type":"contact-now",\ndata: "why":"changed"}\n\n';

describe("server-sent events", () => {
  test("however the bytes arrive, the messages are the same", () => {
    const text = `: a comment\n\n${heartbeat}${news.replaceAll("\n", "\r\n")}${heartbeat}`;
    const whole = parse([text]);
    expect(whole).toEqual({
      messages: [{ type: "heartbeat" }, { type: "contact-now", why: "changed" }, { type: "heartbeat" }],
      faults: [],
    });
    fc.assert(
      fc.property(fc.array(fc.nat({ max: text.length })), (cuts) => {
        const at = [0, ...cuts.toSorted((a, b) => a - b), text.length];
        expect(parse(at.slice(1).map((end, index) => text.slice(at[index], end)))).toEqual(whole);
      }),
    );
  });

  test.each<[string, string]>([
    ["no JSON", "event: heartbeat\ndata: {\n\n"],
    ["another type than announced", 'event: hello\ndata: {"type":"heartbeat"}\n\n'],
    ["an unknown type", 'event: delete\ndata: {"type":"delete"}\n\n'],
    ["a field too many", 'event: heartbeat\ndata: {"type":"heartbeat","delete":true}\n\n'],
    ["no data", "event: heartbeat\n\n"],
    ["a line without end", "x".repeat(maximumLineLength + 1)],
    ["a message without end", `data: ${"x".repeat(4000)}\n`.repeat(3)],
  ])("%s: one fault, and nothing after it", (_name, bad) => {
    const { messages, faults } = parse([bad, heartbeat, bad]);
    expect(messages).toEqual([]);
    expect(faults).toHaveLength(1);
  });

  test("no text makes it throw", () => {
    fc.assert(
      fc.property(
        fc.array(fc.string({ unit: fc.constantFrom("\n", "\r", "data:", "event:", "{", "x", '"') })),
        (parts) => {
          expect(parse(parts).faults.length).toBeLessThanOrEqual(1);
        },
      ),
    );
  });
});
