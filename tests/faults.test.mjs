/** Faults around an export, in workerd over a real Redis, as short as they can be; the long ones are in `slow/`. */
import { test } from "node:test";
import { killedAgainAndAgain, overlapping, without } from "./faults.mjs";

test("SIGKILL of workerd at random instants leaves the copy whole", (t) =>
  killedAgainAndAgain(t, { kills: 3, pages: 60 }));

test("a gateway that is away for a while leaves the copy whole", (t) =>
  without(t, { name: "gateway", ms: 1000, pages: 40 }));

test("a Notion that is away for a while leaves the copy whole", (t) =>
  without(t, { name: "sim", ms: 1000, pages: 40 }));

test("runs that overlap leave the copy whole", (t) => overlapping(t));
