/** Why a page is there for readers or is not: what the store knows of it and what Notion says, put together. */
import { NetworkError, UnauthorizedError, UnavailableError, UnexpectedAnswerError } from "../errors.ts";
import type { Why, WhyReason } from "../generated.ts";
import { textOf, type Heard } from "./ask.ts";
import { commandLine } from "./command.ts";
import { Facts } from "./facts.ts";
import { hasRedis, settle, withoutSecrets, type DoctorSettings } from "./settings.ts";
import { targetOf } from "./target.ts";

/** How Notion shows an object to the connection: `not_asked` without a token or an id. */
export type NotionSight = "shown" | "in_trash" | "not_shared" | "token_refused" | "no_answer" | "not_asked";

/** Why a page is there, or is not. */
export interface WhyAnswer {
  /** What the store knows of it. */
  store: Why;
  /** How Notion shows it. */
  notion: NotionSight;
  /** When it was edited last, by Notion, in whole minutes; where it is shown. */
  notionEditedTime: string | undefined;
  /** Whether readers without a preview token get it. */
  there: boolean;
  /** Whether what they get is older than what stands in Notion. */
  isOutdated: boolean;
  /** What decides: as the store says it, or `not_shared` and `token_refused` where Notion knows better. */
  reason: WhyReason | "not_shared" | "token_refused";
  /** The same in words. */
  message: string;
  /** What to do; nothing where all is as it should be. */
  remedy: string | undefined;
}

/** The kinds of objects that an id may be of, and where Notion has them. */
const KINDS = ["pages", "databases", "data_sources"] as const;

const CONNECTIONS = "https://www.notion.so/profile/integrations";
const SHARE = "open it in Notion, click ••• at the top right, then Connections, and add the connection";

/**
 * Asks why a page is there for readers, or is not: its id, its path, its address on the site, or in Notion.
 * The Worker is asked with an admin token, or the store itself; and Notion, where `NOTION_TOKEN` is among the variables.
 *
 * Throws a TypeError for what names no page or where nobody can be asked, an UnauthorizedError without a token for the Worker, else
 * the errors of the client.
 */
export async function why(target: string, settings: DoctorSettings): Promise<WhyAnswer> {
  const settled = settle(settings);
  const { id, address } = targetOf(target, settled.variables.SITE_URL);
  const facts = new Facts(settled);
  try {
    const store = await ofStore(facts, address);
    const [notion, edited] = await ofNotion(facts, store.id ?? id);
    const command = (words: string) => commandLine(words, settled);
    const answer = together(store, { notion, edited }, { id: store.id ?? id, command });
    const safe = (text: string) => withoutSecrets(text, settled);
    return { ...answer, message: safe(answer.message), remedy: answer.remedy && safe(answer.remedy) };
  } finally {
    await facts.end();
  }
}

async function ofStore(facts: Facts, address: string): Promise<Why> {
  const { url, adminToken, variables } = facts.settings;
  const path = `/v1/why/${address}`;
  if (url === undefined || adminToken === undefined) {
    if (hasRedis(variables)) return facts.stored<Why>(path);
    if (url !== undefined) throw new UnauthorizedError("why a page is there or not is told to ADMIN_TOKENS only");
    throw new TypeError(
      "nobody can be asked: give the Worker's address with an admin token, or the variables UPSTASH_REDIS_REST_URL and UPSTASH_REDIS_REST_TOKEN",
    );
  }
  const heard = await facts.worker(path, adminToken);
  if (heard === undefined || !heard.isAnswered) {
    throw new NetworkError(
      `GET ${url}${path} failed: ${heard?.reason ?? "it was not asked"}; is url the Worker's address?`,
    );
  }
  const { status, json } = heard;
  if (status === 200 && textOf(json, "reason") !== undefined) return json as Why;
  const told = `GET ${url}${path} answered ${status}: ${textOf(json, "detail") ?? "no words"}`;
  if (status === 401) throw new UnauthorizedError(`${told} (why asks for an admin token)`);
  if (status === 429 || status >= 500) throw new UnavailableError(told, { status });
  throw new UnexpectedAnswerError(`${told} (is the Worker of this version, and url its address?)`);
}

/** How Notion shows the object, and when it was edited. */
async function ofNotion(facts: Facts, id: string | undefined): Promise<[NotionSight, string | undefined]> {
  if (id === undefined) return ["not_asked", undefined];
  for (const kind of KINDS) {
    const heard = await facts.notion(`/v1/${kind}/${id}`);
    const sight = sightOf(heard);
    if (sight !== undefined) return sight;
  }
  return ["not_shared", undefined];
}

/** Nothing where Notion has no such object of that kind. */
function sightOf(heard: Heard | undefined): [NotionSight, string | undefined] | undefined {
  if (heard === undefined) return ["not_asked", undefined];
  if (!heard.isAnswered) return ["no_answer", undefined];
  const { status, json } = heard;
  if (status === 401 || status === 403) return ["token_refused", undefined];
  if (status === 400 || status === 404) return undefined;
  if (status !== 200) return ["no_answer", undefined];
  const { in_trash, archived } = json as { in_trash?: boolean; archived?: boolean };
  if (in_trash ?? archived) return ["in_trash", undefined];
  return ["shown", textOf(json, "last_edited_time")];
}

/** Where the two agree the store's words do; else Notion's are newer. */
function together(
  store: Why,
  { notion, edited }: { notion: NotionSight; edited: string | undefined },
  { id, command }: { id: string | undefined; command: (words: string) => string },
): WhyAnswer {
  const { reason, detail } = store;
  // Of databases no version is counted.
  const isStored = store.version !== null || reason === "served";
  const isOlder = isStored && Date.parse(edited ?? "") > Date.parse(store.last_edited_time ?? "");
  const isOutdated = isOlder || (isStored && (notion === "in_trash" || notion === "not_shared"));
  const answer = { store, notion, notionEditedTime: edited, there: store.there, isOutdated };
  const told = (reason: WhyAnswer["reason"], message: string, remedy?: string): WhyAnswer => ({
    ...answer,
    reason,
    message,
    remedy,
  });
  const order = `${command(`sync ${id ?? ""}`)} has it exported now; by itself that happens with the next ticks`;
  const newToken = `copy the connection's secret at ${CONNECTIONS}, and give it to the Worker with \`npx wrangler secret put NOTION_TOKEN\``;

  if (notion === "token_refused" && !isStored) {
    return told(
      "token_refused",
      `${detail}; and Notion refuses NOTION_TOKEN, so that nothing can be fetched`,
      newToken,
    );
  }
  if (notion === "not_shared" && isStored && store.object === "page") {
    const words = "it is stored, but Notion does not show it to the connection any more: it goes with the next exports";
    return told(reason, words, `if it was not deleted: ${SHARE}`);
  }
  if (notion === "not_shared" && !isStored && reason !== "trashed") {
    const words = "Notion does not show it to the connection: it is not shared with it, or it is deleted";
    return told("not_shared", words, SHARE);
  }
  if (notion === "in_trash") {
    const words = isStored ? "it is in Notion's trash, and goes with the next exports" : "it is in Notion's trash";
    return told("trashed", words, "restore it there, and it comes back with the next export");
  }
  if (notion === "shown" && reason === "unknown") {
    const words = "Notion shows it to the connection, and no export has met it yet";
    return told(reason, words, `${order}; if it does not come, look whether ROOTS leaves it out`);
  }
  if (notion === "shown" && (reason === "gone" || reason === "removed" || reason === "trashed")) {
    return told(reason, "Notion shows it to the connection again, and no export has noticed yet", order);
  }
  if (notion === "shown" && isOlder) return told(reason, `${detail}; but it was edited since, at ${edited}`, order);
  // The Worker, which may be asked by anything, names the route.
  const remedy = store.remedy?.replace(/POST \/v1\/exports\/(\d+)\/confirm/, (_, number) =>
    command(`confirm ${number}`),
  );
  return told(reason, detail, remedy);
}
