/**
 * Answers that a client has had, by address, for asking whether they still hold: then the Worker sends a few bytes and no body.
 * Nothing here is ever given without asking.
 */

/** An answer with the word that names it. */
export interface Remembered {
  /** The `ETag`. */
  etag: string;
  /** The body. */
  text: string;
}

/** What an answer takes beside its texts, about. */
const OVERHEAD = 100;

/** Answers within a limit; those that were not asked for longest go first, and what does not fit has none go. */
export class Answers {
  readonly #kept = new Map<string, Remembered>();
  readonly #most: number;
  #size = 0;

  /** @param most bytes, about: a character counts two */
  constructor(most: number) {
    this.#most = most;
  }

  get(address: string): Remembered | undefined {
    const kept = this.#kept.get(address);
    if (kept !== undefined) {
      this.#kept.delete(address);
      this.#kept.set(address, kept);
    }
    return kept;
  }

  set(address: string, answer: Remembered): void {
    this.delete(address);
    const size = sizeOf(address, answer);
    if (size > this.#most) return;
    this.#kept.set(address, answer);
    this.#size += size;
    for (const oldest of this.#kept.keys()) {
      if (this.#size <= this.#most) return;
      this.delete(oldest);
    }
  }

  delete(address: string): void {
    const kept = this.#kept.get(address);
    if (kept === undefined) return;
    this.#kept.delete(address);
    this.#size -= sizeOf(address, kept);
  }
}

function sizeOf(address: string, { text }: Remembered): number {
  return 2 * (address.length + text.length) + OVERHEAD;
}
