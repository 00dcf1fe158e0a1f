/** What a check found: whether something is in order, and if it is not what to do. */

/** How it stands: `skipped` where what is known does not suffice to tell. */
export type FindingStatus = "ok" | "warning" | "problem" | "skipped";

/** What is checked, in this order. */
export type CheckName =
  | "configuration"
  | "worker"
  | "admin_token"
  | "access"
  | "notion_token"
  | "notion_content"
  | "notion_users"
  | "notion_comments"
  | "redis"
  | "redis_writes"
  | "cron"
  | "webhook"
  | "export"
  | "version"
  | "clock";

/** One result of a check; a check may have several. */
export interface Finding {
  /** What was checked. */
  check: CheckName;
  /** How it stands. */
  status: FindingStatus;
  /** What was found, in one sentence without a full stop. Never holds a secret. */
  message: string;
  /** What to type or click; only where something is to be done. */
  remedy?: string;
}

/** A finding without the name of its check. */
export type Found = Omit<Finding, "check">;

/** All is well. */
export function ok(message: string): Found {
  return { status: "ok", message };
}

/** It works, and perhaps not as it is meant. */
export function warning(message: string, remedy: string): Found {
  return { status: "warning", message, remedy };
}

/** It does not work. */
export function problem(message: string, remedy: string): Found {
  return { status: "problem", message, remedy };
}

/** It could not be checked. */
export function skipped(message: string, remedy?: string): Found {
  return remedy === undefined ? { status: "skipped", message } : { status: "skipped", message, remedy };
}
