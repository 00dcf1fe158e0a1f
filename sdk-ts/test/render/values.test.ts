/** How property values read. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { dateWords, relatedIds, words } from "../../src/render/index.ts";

const page = (id: string, title: string | null) => ({ id, title, path: null });

test("every kind of value reads as a person would say it", () => {
  assert.deepEqual(words("Published"), ["Published"]);
  assert.deepEqual(words(["Hardware", "Field notes"]), ["Hardware", "Field notes"]);
  assert.deepEqual(words(2019, "en"), ["2019"]);
  assert.deepEqual(words(0.12345, "de"), ["0,12345"]);
  assert.deepEqual(words({ start: "2026-10-12", end: null, time_zone: null }, "en-GB"), ["12 October 2026"]);
  assert.deepEqual(words([page("a", "Tides"), page("b", null)]), ["Tides"]);
  assert.deepEqual(words({ id: "a", name: "Mara", kind: "person" }), ["Mara"]);
  assert.deepEqual(words({ name: "plan.pdf", url: "/v1/files/x" }), ["plan.pdf"]);
  assert.deepEqual(words({ name: null, address: "Skagen", lat: 57.7, lon: 10.6 }), ["Skagen"]);
});

test("nothing is said of what is empty", () => {
  for (const value of [undefined, null, "", [], [null, ""], true, false]) assert.deepEqual(words(value), []);
});

test("an instant is told in its own zone, a day in none", () => {
  assert.equal(dateWords("2026-10-12T23:30:00.000+05:30", null, "en-GB"), "12 October 2026 at 23:30");
  assert.equal(dateWords("2026-10-12T23:30:00.000Z", null, "en-GB"), "12 October 2026 at 23:30");
  assert.equal(dateWords("2026-10-12", "2026-10-14", "en-GB"), "12 October 2026 – 14 October 2026");
});

test("a span within a day says the day once, and one without a length no end", () => {
  const at = (time: string) => `2026-10-12T${time}:00.000Z`;
  assert.equal(dateWords(at("09:00"), at("10:30"), "en-GB"), "12 October 2026 at 09:00 – 10:30");
  assert.equal(dateWords("2026-10-12", "2026-10-12", "en-GB"), "12 October 2026");
});

test("relations give the ids of their pages", () => {
  assert.deepEqual(relatedIds([page("a", null), page("b", "B")]), ["a", "b"]);
  for (const value of [undefined, null, "a", { id: "a", name: null, kind: null }])
    assert.deepEqual(relatedIds(value), []);
});
