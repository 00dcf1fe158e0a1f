/** What ends a command, and the exit code that it ends with. */
import {
  isNetworkError,
  isNotionEdgeError,
  isTimeoutError,
  isUnauthorizedError,
  isUnavailableError,
} from "../errors.ts";

/** The exit codes, which --help tells. */
export const EXIT = {
  good: 0,
  /** The command did its work and found something wrong: an export with errors, a page that is not there. */
  wrong: 1,
  /** Arguments or settings that make no sense. */
  usage: 2,
  /** No answer from the Worker, Redis or Notion. */
  away: 3,
  /** A token is missing or wrong. */
  refused: 4,
  /** Ctrl-C. */
  interrupted: 130,
} as const;

/** An exit code. */
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** Something that a person can act on by its message. */
export class Problem extends Error {
  override readonly name = "Problem";
  readonly code: ExitCode;

  constructor(message: string, code: ExitCode = EXIT.wrong) {
    super(message);
    this.code = code;
  }
}

/** The exit code for whatever was thrown; nothing for a mistake of this program. */
export function codeOf(error: unknown): ExitCode | undefined {
  if (error instanceof Problem) return error.code;
  if (isUnauthorizedError(error)) return EXIT.refused;
  if (isNetworkError(error) || isTimeoutError(error) || isUnavailableError(error)) return EXIT.away;
  if (isNotionEdgeError(error)) return EXIT.usage;
  const name = error instanceof Error ? error.name : "";
  // The options of a client, and what the exporter throws.
  if (name === "TypeError" || name === "ConfigurationError") return EXIT.usage;
  if (name === "ExportStoppedError") return EXIT.away;
  if (name === "ExportRefusedError") return EXIT.wrong;
  return undefined;
}
