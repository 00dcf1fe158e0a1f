/** A subscription that outlives its connections: when one ends, another is opened, and the listener told of the gap. */
import { pause } from "../../retry.ts";
import type { Unsubscribe } from "../transport.ts";

/** A connection that hears messages. */
export interface Opened {
  /** Resolves when it is over, for whatever reason. */
  readonly ended: Promise<void>;
}

/** Opens a connection, and resolves when the server listens. It ends with the signal, which is its own. */
export type Open = (signal: AbortSignal) => Promise<Opened>;

/** The longest pause before the first attempt to connect again; it doubles with each that fails. */
const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 30_000;

/**
 * One of them after the other, from anywhere on: a node that is gone is not tried again before all others, and subscriptions are
 * spread over the nodes.
 */
export function inTurn(): <T>(all: readonly T[]) => T | undefined {
  let turn = Math.floor(Math.random() * 1_000);
  return (all) => all[(turn += 1) % all.length];
}

/** Resolves when the first connection is there, rejects where it cannot be; opens others from then on until it is ended. */
export async function keepOpen(open: Open, gap: () => void): Promise<Unsubscribe> {
  const over = new AbortController();
  let current = over;
  // What listens to a signal is held by it, so none outlives its connection.
  const openAgain = () => {
    current = new AbortController();
    if (over.signal.aborted) current.abort();
    return open(current.signal);
  };
  const first = await openAgain();
  const running = follow(openAgain, gap, first, over.signal);
  return async () => {
    over.abort();
    current.abort();
    await running;
  };
}

async function follow(open: () => Promise<Opened>, gap: () => void, first: Opened, signal: AbortSignal): Promise<void> {
  let connection = first;
  for (let failures = 0; !signal.aborted;) {
    const openedAt = performance.now();
    await connection.ended;
    // Pauses grow for a server that hangs up at once, not for one whose connections last as long as the pause before them.
    if (performance.now() - openedAt >= longestPause(failures - 1)) failures = 0;
    while (!signal.aborted) {
      await pause(Math.random() * longestPause(failures), signal).catch(() => {});
      failures += 1;
      const opened = await open().catch(() => undefined);
      if (opened === undefined) continue;
      connection = opened;
      gap();
      break;
    }
  }
}

function longestPause(failures: number): number {
  return Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** failures);
}
