/**
 * What is wrong with a set-up and what to do, and why a page is not there: the functions behind `notion-edge doctor` and `why`.
 *
 * | file | what it does |
 * |---|---|
 * | `configuration`, `access`, `notion`, `redis`, `export`, `webhook`, `version`, `clock` | the checks |
 * | `facts` | what several of them need to know, asked for once |
 * | `why` | one page: what the store knows of it, and what Notion says |
 */
import { checkAccess } from "./access.ts";
import { checkClock } from "./clock.ts";
import { checkAdminToken, checkConfiguration, checkWorker } from "./configuration.ts";
import { checkCron, checkExport } from "./export.ts";
import { Facts } from "./facts.ts";
import { skipped, type CheckName, type Finding, type Found } from "./finding.ts";
import { checkNotionComments, checkNotionContent, checkNotionToken, checkNotionUsers } from "./notion.ts";
import { checkRedis, checkRedisWrites } from "./redis.ts";
import { settle, withoutSecrets, type DoctorSettings } from "./settings.ts";
import { checkVersion } from "./version.ts";
import { checkWebhook } from "./webhook.ts";

export type { CheckName, Finding, FindingStatus } from "./finding.ts";
export type { DoctorSettings, Variables } from "./settings.ts";
export { why, type NotionSight, type WhyAnswer } from "./why.ts";

/** In the order in which they are told: what others depend on goes first. */
const CHECKS: [CheckName, (facts: Facts) => Promise<Found[]>][] = [
  ["configuration", checkConfiguration],
  ["worker", checkWorker],
  ["admin_token", checkAdminToken],
  ["notion_token", checkNotionToken],
  ["notion_content", checkNotionContent],
  ["notion_users", checkNotionUsers],
  ["notion_comments", checkNotionComments],
  ["redis", checkRedis],
  ["redis_writes", checkRedisWrites],
  ["access", checkAccess],
  ["cron", checkCron],
  ["webhook", checkWebhook],
  ["export", checkExport],
  ["version", checkVersion],
  ["clock", checkClock],
];

/**
 * Looks at a set-up from outside, check by check, with whatever is given: the address of the Worker, tokens, the variables.
 * It changes nothing, and throws nothing: what cannot be checked is a finding as well.
 */
export async function* diagnose(settings: DoctorSettings): AsyncGenerator<Finding, void, undefined> {
  const settled = settle(settings);
  const facts = new Facts(settled);
  try {
    for (const [check, look] of CHECKS) {
      const found = await look(facts).catch((error: unknown) => [
        skipped(`this could not be checked: ${error instanceof Error ? error.message : String(error)}`),
      ]);
      for (const { status, message, remedy } of found) {
        const safe = { check, status, message: withoutSecrets(message, settled) };
        yield remedy === undefined ? safe : { ...safe, remedy: withoutSecrets(remedy, settled) };
      }
    }
  } finally {
    await facts.end();
  }
}
