/**
 * The errors of an exporter: one class per cause, each with a literal `name`.
 */

/** The export could not go on: Notion or Redis refuses, or does not answer. It goes on with the next call. */
export class ExportStoppedError extends Error {
  override readonly name = "ExportStoppedError";
}

/** What was ordered or asked for cannot be done; the message says what to do. */
export class ExportRefusedError extends Error {
  override readonly name = "ExportRefusedError";
  /** As an HTTP status: 400, 404 or 409. */
  readonly status: number;

  constructor(message: string, status: number) {
    super(message);
    this.status = status;
  }
}

/** The variables are not right; the message says which, and never what they hold. */
export class ConfigurationError extends Error {
  override readonly name = "ConfigurationError";
}

/** What went wrong, without the address: it may hold credentials. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return "no answer";
  const cause = error.cause instanceof Error ? ((error.cause as { code?: string }).code ?? error.cause.message) : "";
  const told = cause === "" ? error.message : `${error.message}: ${cause}`;
  return told.replaceAll(/\b[a-z][a-z\d+.-]*:\/\/\S*/gi, "…");
}
