/**
 * The client of the notion-edge Worker: everything that a site reads with it. What it renders with is in render/.
 */
export type {
  CallOptions,
  EventsOptions,
  Field,
  ListFilter,
  ListOptions,
  PageOptions,
  ReadOptions,
  SearchOptions,
  SubscribeOptions,
  TreeOptions,
} from "./calls.ts";
export { createClient } from "./client.ts";
export type { Client } from "./client.ts";
export type {
  ConditionOf,
  DataSourceClient,
  DataSourceDeclaration,
  DataSourceDeclarations,
  DocumentOf,
  PropertyDeclaration,
  RowFilter,
  RowList,
  RowListOptions,
  RowOf,
  RowOptions,
  ValueOf,
  ValuesOf,
} from "./data-source.ts";
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
export { isPageEvent } from "./events.ts";
export type { MissedEvents, Told } from "./events.ts";
export type * from "./filter.ts";
export { isPageId } from "./id.ts";
export type { ClientOptions, Fetch } from "./settings.ts";
export type * from "./generated.ts";
