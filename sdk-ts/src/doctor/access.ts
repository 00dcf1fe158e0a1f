/** Who may read: whether that is nobody, or more than is meant. */
import type { AccessKind, DataSource, TreeNode } from "../generated.ts";
import { whyLine } from "./command.ts";
import { isJson, type Facts } from "./facts.ts";
import { ok, problem, skipped, warning, type Found } from "./finding.ts";
import { giveMore } from "./settings.ts";

/** What decides who may read. */
interface Access {
  kind: AccessKind;
  tokens: number;
  rule: string;
  copiesEverything: boolean;
  /** How many pages anyone may read by the rule; nothing where that is not known. */
  published: number | undefined;
  /** How many pages there are. */
  pages: number | undefined;
}

/** How many names of properties are told. */
const MOST_NAMES = 5;

/** How many data sources are looked at. */
const MOST_SOURCES = 100;

/** Who may read. */
export async function checkAccess(facts: Facts): Promise<Found[]> {
  const access = await accessOf(facts);
  if (access === undefined) {
    return [skipped("who may read is not known", giveMore(facts.settings))];
  }
  if (access.kind === "private") {
    if (access.tokens > 0) return [ok(`who has one of ${count(access.tokens, "token")} may read`)];
    return [
      problem(
        "nobody may read: ACCESS is private, and there are no READ_TOKENS",
        "make a token with `openssl rand -hex 24`, and give it to the Worker with `npx wrangler secret put READ_TOKENS`; or set ACCESS=rule with a PUBLISH_RULE",
      ),
    ];
  }
  if (access.kind === "public") {
    if (!access.copiesEverything) return [ok("anyone may read what ROOTS and EXCLUDE leave in")];
    return [
      warning(
        "anyone may read everything that the connection sees, and what is shared with it later",
        "set ROOTS to the ids of what is meant for anyone, or ACCESS=rule with a PUBLISH_RULE such as Status=Published",
      ),
    ];
  }
  return checkRule(facts, access);
}

async function checkRule(facts: Facts, { rule, published, pages }: Access): Promise<Found[]> {
  if (published !== undefined && published > 0)
    return [ok(`${count(published, "page")} of ${pages} are public by ${rule}`)];
  const names = propertiesIn(rule);
  const sources = await sourcesOf(facts);
  const known = new Set(sources?.flatMap((it) => Object.keys(it.properties ?? {})));
  const unknown = sources === undefined || sources.length === 0 ? [] : names.filter((name) => !known.has(name));
  if (unknown.length > 0) {
    const there = nearest([...known], unknown[0] ?? "").join(", ");
    return [
      problem(
        `no page is public: PUBLISH_RULE is ${rule}, and no data source has a property ${unknown.join(" or ")}`,
        `name a property that there is, such as ${there}; or add ${unknown.join(" and ")} to the data source in Notion`,
      ),
    ];
  }
  if (published === undefined || !pages) return [skipped(`nothing is exported yet that could be public by ${rule}`)];
  return [
    problem(
      `no page is public: PUBLISH_RULE is ${rule}, and it holds for none of ${count(pages, "page")}`,
      `set the properties of a page so in Notion, or change PUBLISH_RULE; ${whyLine("/path/of/a/page", facts.settings)} says how one stands`,
    ),
  ];
}

/** Those names that have most pairs of letters with the wanted one. */
function nearest(names: string[], wanted: string): string[] {
  const pairs = (text: string) => {
    const letters = [...text.toLowerCase()];
    return new Set(letters.map((letter, at) => letter + (letters[at + 1] ?? "")));
  };
  const of = pairs(wanted);
  const likeness = (name: string) =>
    [...pairs(name)].filter((pair) => of.has(pair)).length / (name.length + wanted.length);
  return names.toSorted((a, b) => likeness(b) - likeness(a) || a.localeCompare(b)).slice(0, MOST_NAMES);
}

/** The properties that a rule names: what stands before the first sign of each term. */
function propertiesIn(rule: string): string[] {
  const names = rule.split("&&").map((term) => term.split(/<=|=/)[0]?.trim() ?? "");
  return [...new Set(names.filter((name) => name !== ""))];
}

/** By the status that admins get, or else by the variables that are here. */
async function accessOf(facts: Facts): Promise<Access | undefined> {
  const told = await facts.status();
  const worker = told?.status.worker;
  const { variables, url } = facts.settings;
  // What the core says over the store it says by the variables that are here: a Worker may have secrets that are not.
  const isWhole = url === undefined && "NOTION_TOKEN" in variables;
  if (told !== undefined && worker && (told.by === "worker" || isWhole)) {
    return {
      kind: worker.access,
      tokens: worker.read_tokens + worker.preview_tokens,
      rule: worker.publish_rule ?? "",
      copiesEverything: worker.copies_everything,
      published: worker.public_pages ?? undefined,
      pages: told.status.pages,
    };
  }
  const { ACCESS: kind = "private", READ_TOKENS, PREVIEW_TOKENS, PUBLISH_RULE = "", ROOTS = "", EXCLUDE } = variables;
  if (!isWhole) return undefined;
  if (kind !== "private" && kind !== "public" && kind !== "rule") return undefined;
  const tokens = [READ_TOKENS, PREVIEW_TOKENS].flatMap((it) => it?.split(",") ?? []);
  return {
    kind,
    tokens: tokens.length,
    rule: PUBLISH_RULE,
    copiesEverything: ROOTS.toLowerCase() === "all" && EXCLUDE === undefined,
    published: undefined,
    pages: undefined,
  };
}

/** The data sources with their properties: of Notion, of the store, or of the Worker; nothing where none of them tells. */
async function sourcesOf(facts: Facts): Promise<Pick<DataSource, "properties">[] | undefined> {
  const body = { filter: { property: "object", value: "data_source" }, page_size: MOST_SOURCES };
  const notion = await facts.notion("/v1/search", body);
  if (notion?.isAnswered === true && notion.status === 200) {
    return (notion.json as { results: DataSource[] }).results;
  }
  const ask = (await facts.hasStore()) ? storeOf(facts) : workerOf(facts);
  const tree = await ask<{ results: TreeNode[] }>("/v1/tree");
  if (tree === undefined) return undefined;
  const sources: DataSource[] = [];
  for (const id of databasesIn(tree.results).slice(0, MOST_SOURCES)) {
    const database = await ask<{ data_sources: { id: string }[] }>(`/v1/databases/${id}`);
    for (const source of database?.data_sources ?? []) {
      const found = await ask<DataSource>(`/v1/data-sources/${source.id}`);
      if (found !== undefined) sources.push(found);
    }
  }
  return sources;
}

function storeOf(facts: Facts) {
  return <T>(path: string): Promise<T | undefined> => facts.stored<T>(path).catch(() => undefined);
}

function workerOf(facts: Facts) {
  return async <T>(path: string): Promise<T | undefined> => {
    const heard = await facts.worker(path, facts.settings.token);
    return heard?.isAnswered === true && heard.status === 200 && isJson(heard) ? (heard.json as T) : undefined;
  };
}

function databasesIn(nodes: readonly TreeNode[]): string[] {
  return nodes.flatMap(({ id, object, children }) => [
    ...(object === "database" ? [id] : []),
    ...databasesIn(children),
  ]);
}

function count(number: number, what: string): string {
  return `${number} ${what}${number === 1 ? "" : "s"}`;
}
