/** Whether Notion takes the token, whether anything is shared, and whether the connection may read what is to be copied. */
import { textOf, type Heard } from "./ask.ts";
import type { Facts } from "./facts.ts";
import { ok, problem, skipped, type Found } from "./finding.ts";

const CONNECTIONS = "https://www.notion.so/profile/integrations";
const NO_TOKEN = "NOTION_TOKEN is not here";

/** Whether Notion takes the token. */
export async function checkNotionToken(facts: Facts): Promise<Found[]> {
  const heard = await facts.notion("/v1/users/me");
  if (heard === undefined) return [skipped(NO_TOKEN, "put it into .dev.vars to have Notion asked")];
  if (!heard.isAnswered) {
    return [
      problem(
        `Notion does not answer: ${heard.reason}`,
        "look at https://www.notion-status.com, and whether NOTION_BASE_URL is set by mistake",
      ),
    ];
  }
  if (heard.status === 401) {
    return [
      problem(
        "Notion refuses NOTION_TOKEN",
        `copy the connection's secret, which begins with ntn_, at ${CONNECTIONS}, put it into .dev.vars, and give it to the Worker with \`npx wrangler secret put NOTION_TOKEN\``,
      ),
    ];
  }
  if (heard.status !== 200)
    return [skipped(`whether NOTION_TOKEN is right cannot be told: Notion answered ${heard.status}`)];
  const name = textOf(heard.json, "name");
  return [
    ok(name === undefined ? "Notion takes NOTION_TOKEN" : `Notion takes NOTION_TOKEN, of the connection ${name}`),
  ];
}

/** Whether the connection may read content, and sees any. */
export async function checkNotionContent(facts: Facts): Promise<Found[]> {
  const heard = await shared(facts);
  const open = unusable(heard);
  if (open !== undefined) return [open];
  if (isRestricted(heard)) return [lacks("Read content")];
  if (resultsOf(heard).length > 0) return [ok("pages are shared with the connection")];
  return [
    problem(
      "nothing is shared with the connection, so there is nothing to export",
      "open a page in Notion, click ••• at the top right, then Connections, and add the connection; what lies below the page comes with it",
    ),
  ];
}

/** Whether it may read users, where these are copied. */
export async function checkNotionUsers(facts: Facts): Promise<Found[]> {
  if (!copies(facts, "user")) return [skipped("users are not copied")];
  const heard = await facts.notion("/v1/users?page_size=1");
  const open = unusable(heard);
  if (open !== undefined) return [open];
  if (isRestricted(heard)) return [lacks("Read user information", "user")];
  return [ok("the connection may read users")];
}

/** Whether it may read comments, where these are copied. */
export async function checkNotionComments(facts: Facts): Promise<Found[]> {
  if (!copies(facts, "comment")) return [skipped("comments are not copied")];
  const seen = await shared(facts);
  const open = unusable(seen);
  if (open !== undefined) return [open];
  const page = resultsOf(seen).find((it) => textOf(it, "object") === "page");
  const id = textOf(page, "id");
  if (id === undefined) return [skipped("there is no page whose comments could be asked for")];
  const heard = await facts.notion(`/v1/comments?block_id=${id}`);
  const closed = unusable(heard);
  if (closed !== undefined) return [closed];
  if (isRestricted(heard)) return [lacks("Read comments", "comment")];
  return [ok("the connection may read comments")];
}

function shared(facts: Facts): Promise<Heard | undefined> {
  return facts.notion("/v1/search", { page_size: 20 });
}

/** Why an answer tells nothing; nothing where it does. */
function unusable(heard: Heard | undefined): Found | undefined {
  if (heard === undefined) return skipped(NO_TOKEN);
  if (!heard.isAnswered) return skipped(`Notion does not answer: ${heard.reason}`);
  if (heard.status === 401) return skipped("Notion refuses NOTION_TOKEN");
  if (heard.status === 200 || isRestricted(heard)) return undefined;
  return skipped(`Notion answered ${heard.status}`);
}

function isRestricted(heard: Heard | undefined): boolean {
  return heard?.isAnswered === true && heard.status === 403 && textOf(heard.json, "code") === "restricted_resource";
}

function resultsOf(heard: Heard | undefined): unknown[] {
  const json = heard?.isAnswered === true ? (heard.json as { results?: unknown }) : undefined;
  return Array.isArray(json?.results) ? json.results : [];
}

function lacks(capability: string, type?: string): Found {
  const instead = type === undefined ? "" : `; or take ${type} out of OBJECT_TYPES`;
  return problem(
    `the connection lacks the capability "${capability}"`,
    `tick "${capability}" below Capabilities of the connection at ${CONNECTIONS}${instead}`,
  );
}

/** What is copied beside pages and databases is named by `OBJECT_TYPES`. */
function copies(facts: Facts, type: string): boolean {
  const words = (facts.settings.variables.OBJECT_TYPES ?? "").split(/[+,\s]+/);
  return words.includes(type);
}
