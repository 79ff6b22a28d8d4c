import { expect, test } from "vitest";
import { expectProblem, newPerson, startRig } from "../testing/rig.ts";

test("UNI-7: the export has every event that fits, in every format, and says who took it", async () => {
  const rig = await startRig();
  await newPerson(rig, "anna");
  // More than one page.
  const atMs = rig.clock.now();
  const draft = {
    atMs,
    type: "sign-in",
    actor: "api-key:x",
    subjectUserId: null,
    endpointId: null,
    attemptId: null,
    outcome: "refused",
    reason: "wrong-credentials",
    mode: "online",
    detail: { userName: '=cmd|" /C calc"!A0' },
  } as const;
  await rig.server.ports.store.note(Array.from({ length: 1201 }, () => draft));

  const taken = await rig.call("GET", "/api/v1/audit/export?format=ocsf&type=sign-in");
  expect(taken.status).toBe(200);
  const events = lines(taken.text).map((line) => JSON.parse(line));
  expect(events).toHaveLength(1201);
  expect(new Set(events.map(({ metadata }) => metadata.uid)).size).toBe(1201);
  expect(events.every(({ class_uid }) => class_uid === 3002)).toBe(true);
  for (const format of ["cef", "csv", "jsonl"]) {
    const answer = await rig.call("GET", `/api/v1/audit/export?format=${format}&type=sign-in`);
    expect(lines(answer.text)).toHaveLength(format === "csv" ? 1202 : 1201);
  }
  const created = await rig.call("GET", "/api/v1/audit/export?format=ocsf&type=user-created");
  expect(JSON.parse(created.text)).toMatchObject({ class_uid: 3001, activity_id: 1, user: { name: "anna" } });
  const page = (await rig.call("GET", "/api/v1/audit?type=audit-exported&limit=10")).body.items;
  expect(page).toHaveLength(5);
  expect(page[4]).toMatchObject({ detail: { format: "ocsf", filter: { type: "sign-in" } } });

  expectProblem(await rig.call("GET", "/api/v1/audit/export?format=xml"), "invalid-request");
  expectProblem(await rig.call("GET", "/api/v1/audit/export", undefined, null), "unauthenticated");
  await rig.stop();
});

function lines(text: string): string[] {
  return text.split("\n").filter((line) => line !== "");
}
