/**
 * What can go wrong, one class for each cause that a caller may act on differently.
 * A page that does not exist is none of them: it is `null`.
 * An abort by the caller's own signal is none of them either: it throws that signal's reason, as `fetch` does.
 */

/** Tells the errors of every copy of this package from all others: bundlers may put more than one into a program. */
const brand = Symbol.for("notion-edge.error");

/** The base of every error that the client throws. */
export abstract class NotionEdgeError extends Error {
  /** The name of the class; survives minifiers. */
  abstract override readonly name: string;

  /** @internal */
  get [brand](): true {
    return true;
  }
}

/** The Worker wants a token, or another one. */
export class UnauthorizedError extends NotionEdgeError {
  override readonly name = "UnauthorizedError";
}

/** The request makes no sense: an id that is none, a limit out of range. */
export class BadRequestError extends NotionEdgeError {
  override readonly name = "BadRequestError";
  /** The status code of the answer; none where nothing was asked. 404 is for the list of a data source that is not there, 422 for what is too much at once. */
  readonly status: number | undefined;

  constructor(message: string, { status }: { status?: number | undefined } = {}) {
    super(message);
    this.status = status;
  }
}

/** The Worker, or the store behind it, cannot answer now; retrying did not help. */
export class UnavailableError extends NotionEdgeError {
  override readonly name = "UnavailableError";
  /** The status code of the answer. */
  readonly status: number;
  /** How long the Worker asked to be left alone, in milliseconds. */
  readonly retryAfterMs: number | undefined;

  constructor(message: string, { status, retryAfterMs }: { status: number; retryAfterMs?: number | undefined }) {
    super(message);
    this.status = status;
    this.retryAfterMs = retryAfterMs;
  }
}

/** There was no answer in the time that the `timeout` option allows. */
export class TimeoutError extends NotionEdgeError {
  override readonly name = "TimeoutError";
}

/** The Worker could not be reached, or the connection broke; `cause` is what `fetch` threw. */
export class NetworkError extends NotionEdgeError {
  override readonly name = "NetworkError";
}

/** An answer that the Worker would not give: most likely `url` is the address of something else. */
export class UnexpectedAnswerError extends NotionEdgeError {
  override readonly name = "UnexpectedAnswerError";
}

/** Whether the client threw it. */
export function isNotionEdgeError(error: unknown): error is NotionEdgeError {
  return error instanceof Error && brand in error;
}

/** Whether a token is missing or wrong. */
export function isUnauthorizedError(error: unknown): error is UnauthorizedError {
  return isNotionEdgeError(error) && error.name === "UnauthorizedError";
}

/** Whether the request makes no sense. */
export function isBadRequestError(error: unknown): error is BadRequestError {
  return isNotionEdgeError(error) && error.name === "BadRequestError";
}

/** Whether the Worker cannot answer now. */
export function isUnavailableError(error: unknown): error is UnavailableError {
  return isNotionEdgeError(error) && error.name === "UnavailableError";
}

/** Whether the answer took too long. */
export function isTimeoutError(error: unknown): error is TimeoutError {
  return isNotionEdgeError(error) && error.name === "TimeoutError";
}

/** Whether the Worker could not be reached. */
export function isNetworkError(error: unknown): error is NetworkError {
  return isNotionEdgeError(error) && error.name === "NetworkError";
}

/** Whether something else than the Worker answered. */
export function isUnexpectedAnswerError(error: unknown): error is UnexpectedAnswerError {
  return isNotionEdgeError(error) && error.name === "UnexpectedAnswerError";
}
