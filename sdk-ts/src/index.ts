/**
 * The client of the notion-edge Worker: everything that a site reads with it. What it renders with is in render/.
 */
export { createClient } from "./client.ts";
export type { CallOptions, Client, ListFilter, ListOptions, PageList } from "./client.ts";
export {
  BadRequestError,
  isBadRequestError,
  isNetworkError,
  isNotionEdgeError,
  isTimeoutError,
  isUnauthorizedError,
  isUnavailableError,
  isUnexpectedAnswerError,
  NetworkError,
  NotionEdgeError,
  TimeoutError,
  UnauthorizedError,
  UnavailableError,
  UnexpectedAnswerError,
} from "./errors.ts";
export { isPageId } from "./id.ts";
export type { ClientOptions, Fetch } from "./settings.ts";
export type * from "./generated.ts";
