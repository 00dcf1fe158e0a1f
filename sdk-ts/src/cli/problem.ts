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

/** What was thrown as a problem; nothing for a mistake of this program. */
export function problemOf(error: unknown): Problem | undefined {
  if (error instanceof Problem) return error;
  if (!(error instanceof Error)) return undefined;
  const { message } = error;
  if (isUnauthorizedError(error)) {
    return new Problem(`${message.replace(/ \([^)]*\)$/, "")}\n  ${REMEDY}`, EXIT.refused);
  }
  if (isNetworkError(error) || isTimeoutError(error) || isUnavailableError(error))
    return new Problem(message, EXIT.away);
  if (isNotionEdgeError(error)) return new Problem(message, EXIT.usage);
  // What the exporter throws tells in words only that a token was refused.
  if (error.name === "ConfigurationError") return new Problem(message, EXIT.usage);
  if (error.name === "ExportStoppedError") return new Problem(message, isRefusal(message) ? EXIT.refused : EXIT.away);
  if (error.name === "ExportRefusedError") return new Problem(message);
  // What the file system says names the file.
  if ("syscall" in error && "path" in error) return new Problem(message);
  return undefined;
}

const REMEDY = "pass one of its tokens as --token, or set NOTION_EDGE_TOKEN";

function isRefusal(message: string): boolean {
  return /refuses (NOTION_TOKEN|UPSTASH_REDIS_REST_TOKEN)/.test(message);
}
