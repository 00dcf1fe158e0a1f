/**
 * The routes of the Worker, answered here: the same core reads the same store.
 */

import { setTimeout as sleep } from "node:timers/promises";
import type { PageDocument, PageList } from "../generated.ts";
import { type Core, type Question, decode, encode } from "../core.ts";
import { ConfigurationError, ExportRefusedError, ExportStoppedError, reasonOf } from "./errors.ts";
import type { Answer, Surroundings } from "./surroundings.ts";

/** How many pages one look lists. */
const AT_ONCE = 100;

/** How often Redis is asked before it counts as away, and the first pause between; each further one is twice as long. */
const ATTEMPTS = 5;
const FIRST_PAUSE_MS = 250;

export class Api {
  readonly #core: Core;
  readonly #surroundings: Surroundings;

  constructor(core: Core, surroundings: Surroundings) {
    this.#core = core;
    this.#surroundings = surroundings;
  }

  /** The answer, as the Worker would give it to an admin. */
  async ask<T>(method: string, path: string, body?: unknown): Promise<T> {
    const asked = body === undefined ? new Uint8Array() : encode(body);
    const question = this.#question(encode(this.#surroundings.variables), method, path, asked);
    try {
      for (;;) {
        const commands = decode<string[][]>(question.poll());
        const reply = await this.#reach(commands);
        const answer = question.apply(commands.length, reply.status, reply.body);
        if (answer === undefined) continue;
        const status = question.status();
        if (status < 400) return decode<T>(answer);
        const { detail } = decode<{ detail: string }>(answer);
        if (status < 500) throw new ExportRefusedError(detail, status);
        // Readers are not told what Redis said; whoever runs an export is the one to act on it.
        const said = errorIn(reply.body);
        throw new ExportStoppedError(said === undefined ? detail : `redis refuses: ${said}`);
      }
    } finally {
      question.free();
    }
  }

  /** What Redis answers: an export of hours is not to end because it did not for once. */
  async #reach(commands: string[][]): Promise<Answer> {
    for (let attempt = 1; ; attempt++) {
      const isLast = attempt === ATTEMPTS;
      const reply = await this.#surroundings.redis(commands).catch((cause: unknown) => {
        if (isLast) throw new ExportStoppedError(`redis gives no answer: ${reasonOf(cause)}`, { cause });
      });
      if (reply !== undefined && (reply.status < 500 || isLast)) return reply;
      await sleep(FIRST_PAUSE_MS * 2 ** (attempt - 1));
    }
  }

  /** The core reads the variables here first. */
  #question(variables: Uint8Array, method: string, path: string, body: Uint8Array): Question {
    try {
      return new this.#core.Question(variables, method, path, body, Date.now());
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      const hint = message.includes("UPSTASH_REDIS_REST_URL is missing")
        ? "; or set REDIS_URL, for Redis over TCP"
        : "";
      throw new ConfigurationError(message + hint);
    }
  }

  /** A page document, unless it was given before or is gone. */
  async *page(id: string, given: Set<string>): AsyncGenerator<PageDocument> {
    if (given.has(id)) return;
    given.add(id);
    try {
      yield await this.ask<PageDocument>("GET", `/v1/pages/${id}`);
    } catch (error) {
      if (!(error instanceof ExportRefusedError && error.status === 404)) throw error;
    }
  }

  /** Every page document that was not given before. */
  async *pages(given: Set<string>): AsyncGenerator<PageDocument> {
    for (let cursor: string | null = ""; cursor !== null;) {
      const query: string = cursor === "" ? "" : `&cursor=${encodeURIComponent(cursor)}`;
      const list: PageList = await this.ask<PageList>("GET", `/v1/pages?limit=${AT_ONCE}${query}`);
      for (const { id } of list.results) yield* this.page(id, given);
      cursor = list.next_cursor;
    }
  }
}

/** The first error in a reply of Redis, alone or among those of a pipeline. */
function errorIn(body: Uint8Array): string | undefined {
  try {
    const replies: unknown = decode(body);
    const errors = [replies].flat().map((reply) => (reply as { error?: unknown } | null)?.error);
    return errors.find((error) => typeof error === "string");
  } catch {
    return undefined;
  }
}
