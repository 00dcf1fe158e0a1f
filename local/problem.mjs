/**
 * What a person can act on: its message is shown alone, without a stack.
 * Everything else that is thrown is a mistake of ours, and shown in full.
 */
export class Problem extends Error {
  /** @param {string} message one sentence; further lines are shown as they are */
  constructor(message) {
    super(message);
    this.name = "Problem";
  }
}

/** @param {unknown} error */
export function describe(error) {
  if (error instanceof Problem) return error.message;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
