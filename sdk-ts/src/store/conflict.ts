/** How to go on when others changed something between reading and writing it: again, after a random pause that grows. */
import { pause } from "../retry.ts";

/** How often to try, all in all: by then the pauses have grown to a second, long enough for hundreds of rivals. */
export const ATTEMPTS = 25;

const FIRST_PAUSE_MS = 10;
const LONGEST_PAUSE_MS = 1000;

/** Waits after failed attempt number `attempt`, which counts from 1; full jitter. Rejects with the signal's reason. */
export function backOff(attempt: number, signal: AbortSignal = new AbortController().signal): Promise<void> {
  const longest = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** attempt);
  return pause(Math.random() * longest, signal);
}
