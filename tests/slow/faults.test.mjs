/** Faults around an export that last as long as they do, in workerd over a real Redis. */
import { test } from "node:test";
import { killedAgainAndAgain, without } from "../faults.mjs";

test("SIGKILL of workerd ten times in one export leaves the copy whole", (t) =>
  killedAgainAndAgain(t, { kills: 10, pages: 400 }));

test("a Redis that is gone for ten seconds leaves the copy whole", (t) =>
  without(t, { name: "redis", ms: 10_000, pages: 200 }));

test("a gateway that is gone for ten seconds leaves the copy whole", (t) =>
  without(t, { name: "gateway", ms: 10_000, pages: 200 }));

test("a Notion that is gone for half a minute leaves the copy whole", (t) =>
  without(t, { name: "sim", ms: 30_000, pages: 200 }));
