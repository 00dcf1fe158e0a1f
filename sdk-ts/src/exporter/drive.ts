/**
 * The only loop in Node that performs an engine's effects: the twin of the Worker's.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { type Engine, decode } from "../core.ts";
import { reasonOf } from "./errors.ts";
import type { FileRequest } from "./files.ts";
import type { NotionRequest, Surroundings } from "./surroundings.ts";

/** How a run ended. */
export type Outcome = "complete" | "advanced" | "busy" | { early: number } | { stopped: string };

/** However long Notion has it wait, whoever drives it can tell meanwhile how far it is. */
const LONGEST_WAIT_MS = 1_000;

type Effect = { notion: NotionRequest } | { redis: string[][] } | { file: FileRequest };
type Step = { start: [number, Effect] } | { wait: number | null } | { stop: Outcome };

/**
 * Performs effects until the run is over; gives its outcome. After each reply, and each second, it stands still until it is told
 * to go on: nothing new is begun while whoever drives it is busy. The signal closes the run, which then does what ends it.
 */
export async function* drive(
  engine: Engine,
  surroundings: Surroundings,
  signal: AbortSignal | undefined,
): AsyncGenerator<undefined, Outcome> {
  const inFlight = new Map<number, Promise<void>>();
  for (;;) {
    if (signal?.aborted) engine.close();
    const step = decode<Step>(engine.poll(Date.now()));
    if ("stop" in step) return step.stop;
    if ("start" in step) {
      const [ticket, effect] = step.start;
      const performed = perform(engine, ticket, effect, surroundings).finally(() => inFlight.delete(ticket));
      inFlight.set(ticket, performed);
      continue;
    }
    const waiting = new AbortController();
    const isNews = signal?.aborted === false;
    const either = isNews ? AbortSignal.any([waiting.signal, signal]) : waiting.signal;
    const instant = Math.min(step.wait ?? Infinity, Date.now() + LONGEST_WAIT_MS);
    await Promise.race([...inFlight.values(), later(instant, either)]);
    waiting.abort();
    yield;
  }
}

function later(instant: number, signal: AbortSignal): Promise<void> {
  return sleep(Math.max(0, instant - Date.now()), undefined, { signal }).catch(() => {});
}

async function perform(engine: Engine, ticket: number, effect: Effect, surroundings: Surroundings): Promise<void> {
  if ("notion" in effect) {
    try {
      const { status, retryAfter, body } = await surroundings.notion(effect.notion);
      engine.applyNotion(Date.now(), ticket, status, retryAfter, body);
    } catch (error) {
      engine.failNotion(Date.now(), ticket, reasonOf(error));
    }
    return;
  }
  if ("file" in effect) {
    try {
      const { file } = effect;
      if ("delete" in file) {
        await surroundings.deleteFiles(file.delete);
        return engine.applyDelete(Date.now(), ticket);
      }
      const { status, size, contentType, head } = await surroundings.copyFile(file.copy);
      engine.applyCopy(Date.now(), ticket, status, size, contentType, head);
    } catch (error) {
      engine.failFile(Date.now(), ticket, reasonOf(error));
    }
    return;
  }
  try {
    const { status, body } = await surroundings.redis(effect.redis);
    engine.applyRedis(Date.now(), ticket, effect.redis.length, status, body);
  } catch (error) {
    engine.failRedis(Date.now(), ticket, reasonOf(error));
  }
}
