/**
 * What a remedy has people type: commands about the Worker that was looked at, which can be pasted where the doctor was called.
 * No token is in them, since they are copied from logs into chats.
 */
import { hasRedis, LOCAL_WORKER, type Variables } from "./settings.ts";

/** The Worker that is looked at, if its address is known, and what commands find by themselves. */
export interface Surrounding {
  url: string | undefined;
  variables: Variables;
}

/** A command of this package that asks the Worker, with an address and a token where the variables do not tell them. */
export function commandLine(words: string, { url, variables }: Surrounding): string {
  const usual = (variables.NOTION_EDGE_URL || LOCAL_WORKER).replace(/\/+$/, "");
  const address = url === usual ? "" : ` --url ${url ?? "https://…"}`;
  const token = variables.ADMIN_TOKENS || variables.NOTION_EDGE_TOKEN ? "" : " --token …";
  return `\`npx notion-edge ${words}${address}${token}\``;
}

/** The command that says how a page stands, by its id or path; that asks the store where no Worker is known. */
export function whyLine(page: string, { url, variables }: Surrounding): string {
  if (url === undefined && hasRedis(variables)) return `\`npx notion-edge why ${page}\``;
  return commandLine(`why ${page}`, { url, variables });
}

/** How everything is exported now: from here where the variables suffice for that, else by the Worker. */
export function exportLine({ url, variables }: Surrounding): string {
  if (variables.NOTION_TOKEN && hasRedis(variables)) return "`npx notion-edge export`";
  const token = variables.NOTION_EDGE_TOKEN ? "$NOTION_EDGE_TOKEN" : "…";
  return `\`curl -X POST -H "Authorization: Bearer ${token}" ${url ?? "https://…"}/v1/exports\``;
}
