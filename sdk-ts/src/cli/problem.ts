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
  if (isUnauthorizedError(error)) return refused(message);
  if (isNetworkError(error)) return new Problem(`${inWordsOfCommands(message)}\n  ${ADDRESS}`, EXIT.away);
  if (isTimeoutError(error) || isUnavailableError(error)) return new Problem(message, EXIT.away);
  if (isNotionEdgeError(error)) return new Problem(inWordsOfCommands(message), EXIT.usage);
  if (error.name === "ConfigurationError") return new Problem(listed(message), EXIT.usage);
  // What the exporter throws tells in words only that a token was refused.
  if (error.name === "ExportStoppedError") return new Problem(message, isRefusal(message) ? EXIT.refused : EXIT.away);
  if (error.name === "ExportRefusedError") return new Problem(message);
  // What the file system says names the file.
  if ("syscall" in error && "path" in error) return new Problem(message);
  return undefined;
}

const ADDRESS = "pass the Worker's address as --url, or set NOTION_EDGE_URL";
const INIT = "`npx notion-edge init` asks for what is needed, and writes it down";

/** The Worker tells any program which tokens it wants; a person is told where to put one. */
function refused(message: string): Problem {
  const names = /\b[A-Z]+_TOKENS\b/.exec(message)?.[0];
  const told = message.replace(/ \([^)]*\)$/, "").replace(/: send one of .*$/, `: it wants one of its ${names}`);
  const place = `--token, or set NOTION_EDGE_TOKEN${names === undefined ? "" : ` or ${names}`}`;
  return new Problem(`${told}\n  pass ${names === undefined ? "one of its tokens" : "one"} as ${place}`, EXIT.refused);
}

/** The client names its option, which is none of a command. */
function inWordsOfCommands(message: string): string {
  return message.replace(/\bis url (its|the Worker's) address/, "is that $1 address");
}

/** A line for each variable that is wrong; the words about one may have the same sign between them. */
function listed(message: string): string {
  const [head, ...rest] = message.split(/: (?=[A-Z][A-Z_]+ )|; (?=[A-Z][A-Z_]+ )/);
  const lines = [`${head}:`, ...rest, ...(/ is missing\b/.test(message) ? [INIT] : [])];
  return rest.length === 0 ? message : lines.join("\n  ");
}

function isRefusal(message: string): boolean {
  return /refuses (NOTION_TOKEN|UPSTASH_REDIS_REST_TOKEN)/.test(message);
}
