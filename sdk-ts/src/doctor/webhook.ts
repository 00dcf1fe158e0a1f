/** Whether Notion tells the Worker of changes: it need not, and a set-up that is half done tells nothing. */
import { commandLine } from "./command.ts";
import type { Facts } from "./facts.ts";
import { ok, problem, skipped, warning, type Found } from "./finding.ts";
import { giveMore } from "./settings.ts";
import { ago } from "./span.ts";

/** How Notion's webhook is set up, as `GET /v1/webhook` answers. */
export interface WebhookState {
  /** Whether `WEBHOOK_TOKENS` is set: only then events are taken. */
  is_set: boolean;
  /** The token that Notion sent last, until then. */
  verification_token: string | null;
  /** When that came. */
  received_at: string | null;
  /** When Notion last told of a change. */
  last_event_at: string | null;
}

/** Whether it does. */
export async function checkWebhook(facts: Facts): Promise<Found[]> {
  const { adminToken, now } = facts.settings;
  const heard = adminToken === undefined ? undefined : await facts.worker("/v1/webhook", adminToken);
  if (heard === undefined)
    return [skipped("whether Notion tells the Worker of changes is not known", giveMore(facts.settings))];
  if (!heard.isAnswered || heard.status !== 200) return [skipped("the Worker does not say whether it has a webhook")];
  const { is_set, verification_token, received_at, last_event_at } = heard.json as WebhookState;
  const since = (time: string | null) => ago(now() - Date.parse(time ?? ""));
  if (verification_token !== null) {
    const words = `Notion sent a token for the webhook ${since(received_at)}, and WEBHOOK_TOKENS is not set`;
    return [problem(words, `${commandLine("webhook", facts.settings)} says what to do with it`)];
  }
  if (!is_set) return [ok("there is no webhook: edits are found by the ticks of the cron trigger")];
  if (last_event_at !== null) return [ok(`Notion tells the Worker of changes, last ${since(last_event_at)}`)];
  return [
    warning(
      "WEBHOOK_TOKENS is set, and Notion has told of nothing yet",
      "edit a page; if that is not told of within five minutes, look in Notion under your connection, Webhooks, whether the subscription is active",
    ),
  ];
}
