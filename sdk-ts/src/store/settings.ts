/**
 * Where Redis is, from options or from the environment. The first that is there is taken:
 *
 * 1. the options `url` and `token`
 * 2. `UPSTASH_REDIS_REST_URL` and `UPSTASH_REDIS_REST_TOKEN`
 * 3. `KV_REST_API_URL` and `KV_REST_API_TOKEN`
 * 4. `REDIS_URL`
 *
 * What it gives is for whichever client the caller brings.
 */
import { UnsupportedArgumentError } from "./errors.ts";

/** Redis over HTTP: the options of `new Redis` of `@upstash/redis`. */
export interface HttpSettings {
  kind: "http";
  url: string;
  token: string;
}

/** Redis over TCP: a URL for `new Redis` of `ioredis` or for `createClient` of `redis`. */
export interface TcpSettings {
  kind: "tcp";
  /** `redis:` or `rediss:`, with user, password and database where there are any. */
  url: string;
}

/** Options of {@link connectionSettings}. */
export interface ConnectionOptions {
  /** `https:`, `http:`, `redis:` or `rediss:`. */
  url?: string | undefined;
  /** For HTTP. */
  token?: string | undefined;
}

type Environment = Record<string, string | undefined>;

/** Pairs of variables, in the order in which they are looked at. */
const PAIRS = [
  ["UPSTASH_REDIS_REST_URL", "UPSTASH_REDIS_REST_TOKEN"],
  ["KV_REST_API_URL", "KV_REST_API_TOKEN"],
] as const;

/**
 * Where Redis is.
 *
 * Throws UnsupportedArgumentError, which names the variable that is missing or wrong and repeats no value.
 * @param environment this process's own by default; a Worker's `env`
 */
export function connectionSettings(
  { url, token }: ConnectionOptions = {},
  environment: Environment = processEnvironment(),
): HttpSettings | TcpSettings {
  if (isSet(url)) return settingsOf(url, token, "url", "token");
  for (const [urlName, tokenName] of PAIRS) {
    const value = environment[urlName];
    if (isSet(value)) return http(value, environment[tokenName], urlName, tokenName);
    if (isSet(environment[tokenName])) throw new UnsupportedArgumentError(`${tokenName} is set without ${urlName}`);
  }
  const tcp = environment.REDIS_URL;
  if (isSet(tcp)) return settingsOf(tcp, undefined, "REDIS_URL", "a token");
  const names = [...PAIRS.map(([name]) => name), "REDIS_URL"].join(", ");
  throw new UnsupportedArgumentError(`no Redis is named: pass \`url\`, or set one of ${names}`);
}

function settingsOf(url: string, token: string | undefined, urlName: string, tokenName: string) {
  return /^rediss?:\/\//.test(url) ? { kind: "tcp" as const, url } : http(url, token, urlName, tokenName);
}

function http(url: string, token: string | undefined, urlName: string, tokenName: string): HttpSettings {
  if (!/^https?:\/\//.test(url) || !URL.canParse(url)) {
    throw new UnsupportedArgumentError(`${urlName} is no address of Redis that this understands`);
  }
  if (!isSet(token)) throw new UnsupportedArgumentError(`${urlName} is set without ${tokenName}`);
  return { kind: "http", url, token };
}

function isSet(value: string | undefined): value is string {
  return value !== undefined && value !== "";
}

function processEnvironment(): Environment {
  return (globalThis as { process?: { env?: Environment } }).process?.env ?? {};
}
