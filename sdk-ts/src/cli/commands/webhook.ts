/** `notion-edge webhook`: has Notion tell the Worker what changes, so that an edit need not wait for a tick. */
import type { Command } from "commander";
import type { WebhookState } from "../../doctor/webhook.ts";
import { pause } from "../../retry.ts";
import { adminOf } from "../admin.ts";
import { type CommonOptions, type Context, workerCommand } from "../context.ts";
import type { Style } from "../screen.ts";
import { type TargetOptions, targetOf } from "../settings.ts";
import { ago } from "../time.ts";

const LOOK_MS = 2_000;
const CONNECTIONS = "https://www.notion.so/profile/integrations";

const HELP = `
Until WEBHOOK_TOKENS is set it says what to do, and waits for the token that
Notion sends. With --json it says how things are, and waits for nothing.`;

export function webhook(context: Context): Command {
  return workerCommand("webhook", "have Notion tell the Worker what changes, or say when it last did")
    .summary("have Notion tell the Worker what changes")
    .addHelpText("after", HELP)
    .action(async (options: CommonOptions & TargetOptions) => {
      const { screen, signal, now, variables } = context;
      const target = targetOf(options, variables, { opens: "admin" });
      const admin = adminOf(target, signal);
      let state = await admin.webhook();
      if (!state.is_set && !screen.isJson) {
        screen.note(steps(target.url));
        while (!state.is_set && state.verification_token === null) {
          screen.progress("waiting for Notion's verification token");
          await pause(LOOK_MS, signal);
          state = await admin.webhook();
        }
        screen.progress(undefined);
      }
      screen.result(state, (it, style) => told(it, now(), style));
    });
}

function steps(url: string): string {
  const address = `${url.replace(/\/+$/, "")}/v1/webhook`;
  const lines = [
    `1. open your connection at ${CONNECTIONS}, then Webhooks, and create a subscription`,
    `   with the URL ${address}`,
    "   and all events of pages, data sources and databases; of comments too where OBJECT_TYPES has them",
  ];
  if (!address.startsWith("https:")) lines.push("   Notion reaches public https addresses only: this is none");
  return lines.join("\n");
}

function told({ is_set, verification_token, received_at, last_event_at }: WebhookState, now: number, style: Style) {
  const check = style("green", "✓");
  if (verification_token !== null) {
    return [
      `2. Notion sent this token${received_at === null ? "" : ` ${ago(received_at, now)}`}; paste it there to verify the subscription:`,
      `   ${style("bold", verification_token)}`,
      "3. set the same token on the Worker:",
      "   npx wrangler secret put WEBHOOK_TOKENS",
    ].join("\n");
  }
  if (!is_set) return "WEBHOOK_TOKENS is not set, and Notion has sent no token";
  if (last_event_at === null) return `${check} WEBHOOK_TOKENS is set; Notion has not told of anything yet: edit a page`;
  return `${check} Notion tells this Worker what changes, last ${ago(last_event_at, now)}`;
}
