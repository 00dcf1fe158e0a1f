/** Whether Redis answers where the variables say, takes the token, and lets it write. */
import type { Facts, RedisReply } from "./facts.ts";
import { ok, problem, skipped, type Found } from "./finding.ts";

const URLS =
  "copy UPSTASH_REDIS_REST_URL from the Upstash console, tab REST API, or take the address that the gateway prints, and put it into .dev.vars";
const TCP =
  "see that Redis runs and can be reached from here, and that REDIS_URL is its address, as redis://user:password@host:6379";
const TOKENS =
  "copy UPSTASH_REDIS_REST_TOKEN from the same place as the address, or take one of the gateway's GATEWAY_TOKENS; put it into .dev.vars, and give it to the Worker with `npx wrangler secret put UPSTASH_REDIS_REST_TOKEN`";
const NO_REDIS = "where Redis is, is not known here";

/** Whether it answers, and takes the token. */
export async function checkRedis(facts: Facts): Promise<Found[]> {
  const reply = await facts.redis("TIME");
  if (reply === undefined)
    return [skipped(NO_REDIS, "put UPSTASH_REDIS_REST_URL and its token into .dev.vars to have it asked")];
  if ("result" in reply) return [ok("Redis answers")];
  const isTcp = facts.settings.variables.UPSTASH_REDIS_REST_URL === undefined;
  const name = isTcp
    ? facts.settings.variables.KV_REST_API_URL === undefined
      ? "REDIS_URL"
      : "KV_REST_API_URL"
    : "UPSTASH_REDIS_REST_URL";
  if ("failure" in reply) {
    // Over TCP a wrong password is told by the connection.
    if (isToken(reply.failure))
      return [problem(`Redis refuses the password in ${name}`, `set ${name} to an address with the right password`)];
    return [problem(`Redis does not answer at ${name}: ${reply.failure}`, name === "REDIS_URL" ? TCP : URLS)];
  }
  if (isToken(reply.error) || reply.status === 401 || reply.status === 403) {
    return [problem("Redis refuses the token", TOKENS)];
  }
  if (reply.error !== "")
    return [problem(`Redis answers with an error: ${reply.error.slice(0, 200)}`, name === "REDIS_URL" ? TCP : URLS)];
  return [problem(`what answers at ${name} is not Redis over HTTP`, URLS)];
}

/** Whether what is stored can be changed. A key that is not there is deleted: that changes nothing, and needs the right to. */
export async function checkRedisWrites(facts: Facts): Promise<Found[]> {
  if (!(await facts.hasStore())) return [skipped("Redis was not asked")];
  const prefix = facts.settings.variables.KEY_PREFIX ?? "notion";
  const key = `${prefix}:doctor`;
  const replies = [
    await facts.redis("DEL", key),
    await facts.redis("EVAL", "return redis.call('DEL', KEYS[1])", "1", key),
  ];
  const refused = replies.find((reply) => reply !== undefined && !("result" in reply));
  if (refused === undefined) return [ok("Redis lets the token write")];
  const words = wordsOf(refused);
  if (/NOPERM|READONLY|no permission|read-?only/i.test(words)) {
    return [
      problem(
        "Redis lets the token only read, and an export writes",
        "take the standard token, not the read-only one: UPSTASH_REDIS_REST_TOKEN of the Upstash console, or one of GATEWAY_TOKENS rather than of GATEWAY_READONLY_TOKENS; put it into .dev.vars, and give it to the Worker with `npx wrangler secret put UPSTASH_REDIS_REST_TOKEN`",
      ),
    ];
  }
  return [problem(`Redis does not let the token write: ${words.slice(0, 200)}`, TOKENS)];
}

function isToken(words: string): boolean {
  return /WRONGPASS|NOAUTH|unauthorized|invalid .*(token|password)/i.test(words);
}

function wordsOf(reply: RedisReply): string {
  if ("failure" in reply) return reply.failure;
  return "error" in reply ? reply.error : "";
}
