/** What several checks need to know: each is asked for once, when the first check wants it. */
import { decode, encode, loadCore, type Core } from "../core.ts";
import { Api } from "../exporter/api.ts";
import { reasonOf } from "../exporter/errors.ts";
import { NOTION_BASE_URL, NOTION_VERSION, surround, type Surroundings } from "../exporter/surroundings.ts";
import type { Status } from "../generated.ts";
import { ask, textOf, type Answered, type Heard } from "./ask.ts";
import { hasRedis, type Settled } from "./settings.ts";

/** What this package is. */
export interface About {
  version: string;
  builder: string;
}

/** The status of the export. */
export interface Told {
  /** What it says; what only admins are told is not always in it. */
  status: Status;
  /** Who told it. */
  by: "worker" | "redis";
  /** How far the Worker's clock is before ours, in ms. */
  clockOffset: number | undefined;
}

/** What Redis answers to a command; `at` is our time in the middle of the request. */
export type RedisReply = { result: unknown; at: number } | { error: string; status: number } | { failure: string };

/** What is known, as far as it was asked for. */
export class Facts {
  readonly settings: Settled;
  readonly #known = new Map<string, Promise<unknown>>();
  #surroundings: Promise<Surroundings> | undefined;

  constructor(settings: Settled) {
    this.settings = settings;
  }

  /** The answer of the Worker to a GET with a token. */
  worker(path: string, token?: string): Promise<Heard | undefined> {
    const { url } = this.settings;
    if (url === undefined) return Promise.resolve(undefined);
    return this.#once(`worker ${path} ${token ?? ""}`, () => ask(this.settings, { url: url + path, token }));
  }

  /** What Notion answers; nothing where there is no token for it. */
  notion(path: string, body?: unknown): Promise<Heard | undefined> {
    const { NOTION_TOKEN: token, NOTION_BASE_URL: base = NOTION_BASE_URL } = this.settings.variables;
    if (token === undefined) return Promise.resolve(undefined);
    const asking = {
      url: base.replace(/\/+$/, "") + path,
      token,
      headers: { "notion-version": NOTION_VERSION },
      ...(body !== undefined && { method: "POST" as const, body }),
    };
    return this.#once(`notion ${path} ${JSON.stringify(body)}`, () => ask(this.settings, asking));
  }

  /** The reply to one command; nothing where the variables do not tell where Redis is. */
  redis(...command: string[]): Promise<RedisReply | undefined> {
    if (!hasRedis(this.settings.variables)) return Promise.resolve(undefined);
    return this.#once(`redis ${command.join(" ")}`, async (): Promise<RedisReply> => {
      const { now } = this.settings;
      try {
        const { redis } = await this.surroundings();
        const began = now();
        const reply = await redis([command]);
        const at = (began + now()) / 2;
        const body: unknown = JSON.parse(new TextDecoder().decode(reply.body));
        const error = textOf(body, "error");
        if (error !== undefined) return { error, status: reply.status };
        if (typeof body === "object" && body !== null && "result" in body) return { result: body.result, at };
        return { error: "", status: reply.status };
      } catch (error) {
        if (error instanceof SyntaxError) return { error: "", status: 0 };
        return { failure: reasonOf(error) };
      }
    });
  }

  /** Whether Redis, as the variables name it, answers. */
  async hasStore(): Promise<boolean> {
    const reply = await this.redis("TIME");
    return reply !== undefined && "result" in reply;
  }

  /** The answer of the core that comes with this package over the store; it throws where there is none. */
  async stored<T>(path: string): Promise<T> {
    return new Api(await loadCore(), await this.surroundings()).ask<T>("GET", path);
  }

  /** The status with all that can be had of it: from the Worker as an admin, from Redis, from the Worker as a reader. */
  status(): Promise<Told | undefined> {
    return this.#once("status", async () => {
      const { token, adminToken, now } = this.settings;
      const asAdmin = adminToken === undefined ? undefined : told(await this.worker("/v1/status", adminToken), now());
      if (asAdmin?.status.worker) return asAdmin;
      if (await this.hasStore()) {
        const status = await this.stored<Status>("/v1/status").catch(() => undefined);
        if (status !== undefined) return { status, by: "redis" as const, clockOffset: undefined };
      }
      return asAdmin ?? told(await this.worker("/v1/status", token), now());
    });
  }

  /** What is wrong with the variables, as the core says it; nothing where they are right, or where there are none. */
  configuration(): Promise<string[]> {
    return this.#once("configuration", async () => {
      const { Question } = await this.core();
      const { variables } = this.settings;
      const isTcp = "REDIS_URL" in variables && !("UPSTASH_REDIS_REST_URL" in variables);
      const redis = { UPSTASH_REDIS_REST_URL: "http://redis.invalid", UPSTASH_REDIS_REST_TOKEN: "none" };
      const all = encode(isTcp ? { ...variables, ...redis } : variables);
      try {
        new Question(all, "GET", "/v1/status", new Uint8Array(), this.settings.now()).free();
        return [];
      } catch (error) {
        const message = error instanceof Error ? error.message : String(error);
        // What is wrong with one may have the same between its sentences.
        return message.replace(/^bad configuration: /, "").split(/; (?=[A-Z][A-Z_]+ )/);
      }
    });
  }

  /** The core that comes with this package. */
  core(): Promise<Core> {
    return loadCore();
  }

  /** What it is; nothing where it is older than this question. */
  async about(): Promise<About | undefined> {
    const core = await this.core();
    return core.about === undefined ? undefined : decode<About>(core.about());
  }

  /** Notion and Redis as the exporter reaches them. */
  surroundings(): Promise<Surroundings> {
    const { variables, fetch } = this.settings;
    // The core wants a token, also to read what is stored.
    this.#surroundings ??= surround({ NOTION_TOKEN: "none", ...variables }, fetch, undefined);
    return this.#surroundings;
  }

  /** Closes what was opened. */
  async end(): Promise<void> {
    await this.#surroundings?.then((it) => it.end()).catch(() => {});
  }

  #once<T>(what: string, look: () => Promise<T>): Promise<T> {
    const known = this.#known.get(what) ?? look();
    this.#known.set(what, known);
    return known as Promise<T>;
  }
}

function told(heard: Heard | undefined, now: number): Told | undefined {
  if (heard?.isAnswered !== true || heard.status !== 200) return undefined;
  const status = heard.json as Status;
  if (typeof status !== "object" || status === null || !("state" in status)) return undefined;
  const at = Date.parse(status.worker?.now ?? "");
  return { status, by: "worker", clockOffset: Number.isNaN(at) ? heard.clockOffset : at - now };
}

/** Whether an answer is JSON, as the Worker's are, and its problems. */
export function isJson(answer: Answered): boolean {
  return typeof answer.json === "object" && answer.json !== null;
}
