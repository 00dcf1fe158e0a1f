/**
 * When a failed request is worth another try, and how long to wait before it.
 * Reading changes nothing, so whatever may be gone a moment later is tried again.
 */
import { isNetworkError, isUnavailableError } from "./errors.ts";

/** The longest wait before the first retry; it doubles with each. */
const BASE_MS = 250;

/** A status that the Worker's operator has to do something about. */
const NOT_TRANSIENT = [500, 501];

/**
 * Milliseconds to wait before the next try, or nothing where trying again is of no use.
 *
 * Full jitter: any time up to a limit, so that many clients do not come back at once.
 * What the Worker asks for by Retry-After is waited in any case.
 * @param failures how many tries have failed
 * @param random from 0 to 1
 */
export function retryDelay(error: unknown, failures: number, random: number): number | undefined {
  const jitter = random * BASE_MS * 2 ** (failures - 1);
  if (isNetworkError(error)) return jitter;
  if (!isUnavailableError(error) || NOT_TRANSIENT.includes(error.status)) return undefined;
  return (error.retryAfterMs ?? 0) + jitter;
}

/** Reads Retry-After, seconds or a date, as milliseconds from `now`. */
export function parseRetryAfter(header: string | null, now: number): number | undefined {
  if (header === null) return undefined;
  const wait = /^\s*\d+\s*$/.test(header) ? Number(header) * 1000 : Date.parse(header) - now;
  return Number.isNaN(wait) ? undefined : Math.max(0, wait);
}

/** Waits; rejects with the signal's reason as soon as it is aborted. */
export function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    signal.throwIfAborted();
    const timer = setTimeout(() => {
      signal.removeEventListener("abort", stop);
      resolve();
    }, ms);
    function stop() {
      clearTimeout(timer);
      reject(signal.reason);
    }
    signal.addEventListener("abort", stop, { once: true });
  });
}
