/**
 * Redis is killed under load and comes back, three times. It keeps a journal that is on disk before it answers,
 * so that afterwards each answer can be held against what really ran.
 */
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { json, startGateway } from "./harness.mjs";

const CLIENTS = 32;
const OUTAGES = 3;
/** Answers between two events, enough for most clients to have been hit by each. */
const MANY = 4 * CLIENTS;
/** Fewer of those that each take the second for which the gateway waits. */
const FAILED = CLIENTS + CLIENTS / 2;

const gateway = await startGateway({ redisArgs: ["--appendonly", "yes", "--appendfsync", "always"] });
after(() => gateway.stop());

/**
 * What became of one request: its entry's place in the journal, or why there is none.
 * @typedef {{ tag: string, place?: number, error?: string, began: number }} Answer
 */

/** The ways to ask for the same: an entry in the journal, and the tag back. @param {string} tag */
const ways = (tag) => [
  { path: "/", body: ["EVAL", "return {redis.call('RPUSH', KEYS[1], ARGV[1]), ARGV[1]}", 1, "journal", tag] },
  { path: "/pipeline", body: rows(tag) },
  { path: "/multi-exec", body: rows(tag) },
];

/** @param {string} tag */
const rows = (tag) => [
  ["RPUSH", "journal", tag],
  ["ECHO", tag],
];

/** @param {string} tag @param {number} way @returns {Promise<Answer>} */
async function write(tag, way) {
  const { path, body } = /** @type {{ path: string, body: unknown }} */ (ways(tag)[way]);
  const began = performance.now();
  const response = await gateway.request(path, { method: "POST", body: JSON.stringify(body) });
  const answer = await json(response);
  if (response.status !== 200) {
    assert.equal(response.status, 503, JSON.stringify(answer));
    return { tag, error: answer.error, began };
  }
  const [place, echo] = path === "/" ? answer.result : answer.map((/** @type {any} */ item) => item.result);
  assert.equal(echo, tag, "an answer went to the wrong request");
  return { tag, place, began };
}

test("what is answered has run once, what was refused has not, and nobody gets another's answer", async () => {
  /** @type {Answer[]} */
  const answers = [];
  let ended = Infinity;

  /** Keeps asking, a little beyond the end of the last outage. @param {number} client */
  async function load(client) {
    for (let turn = 0, left = MANY / CLIENTS; left > 0; turn += 1) {
      const answer = await write(`${client}-${turn}`, turn % 3);
      answers.push(answer);
      if (answer.began > ended) left -= 1;
    }
  }

  /** Waits for more answers of a kind. @param {number} count @param {(answer: Answer) => boolean} kind */
  async function seen(count, kind) {
    for (const from = answers.length; answers.slice(from).filter(kind).length < count;) {
      await new Promise((resolve) => setImmediate(resolve));
    }
  }

  const loads = Promise.all(Array.from({ length: CLIENTS }, (_, client) => load(client)));
  const outages = (async () => {
    for (let outage = 0; outage < OUTAGES; outage += 1) {
      await seen(MANY, ({ error }) => error === undefined);
      await gateway.killRedis();
      await seen(FAILED, ({ error }) => error !== undefined);
      await gateway.restartRedis();
    }
    while ((await gateway.request("/ping")).status !== 200);
    ended = performance.now();
  })();
  await Promise.all([loads, outages]);

  /** @type {string[]} */
  const journal = (await json(await gateway.request("/lrange/journal/0/-1"))).result;
  const times = new Map(journal.map((tag) => [tag, 0]));
  for (const tag of journal) times.set(tag, (times.get(tag) ?? 0) + 1);
  assert.deepEqual(
    [...times].filter(([, count]) => count > 1),
    [],
    "something ran twice",
  );
  for (const { tag, place, error, began } of answers) {
    if (place !== undefined) assert.equal(journal[place - 1], tag, `${tag} was told a place that is another's`);
    else if (/; nothing was run$/.test(String(error))) assert.ok(!times.has(tag), `${tag} ran, but: ${error}`);
    else assert.match(String(error), /; what was asked may have run$/);
    assert.ok(error === undefined || began < ended, `an error after the outages: ${error}`);
  }
  const answered = answers.filter(({ place }) => place !== undefined).length;
  assert.ok(journal.length >= answered && answered >= OUTAGES * MANY);
});
