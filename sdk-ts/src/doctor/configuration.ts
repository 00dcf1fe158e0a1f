/** Whether the variables are right: the core says what it says to the Worker. */
import { textOf } from "./ask.ts";
import { isJson, type Facts } from "./facts.ts";
import { ok, problem, skipped, type Found } from "./finding.ts";
import { isOfWorker, isSecret } from "./settings.ts";

/** Where the variable is set that a text begins with. */
function settingOf(text: string): string {
  const name = /^[A-Z][A-Z_]+/.exec(text)?.[0] ?? "NAME";
  const local = "for a Worker here it goes into .dev.vars";
  if (isSecret(name)) return `set it with \`npx wrangler secret put ${name}\`; ${local}`;
  return `set it in wrangler.toml below [vars], and \`npx wrangler deploy\`; ${local}`;
}

/** The variables that are here. */
export async function checkConfiguration(facts: Facts): Promise<Found[]> {
  const { variables, url } = facts.settings;
  if (!isOfWorker(variables)) {
    return [
      skipped("no variables of the Worker are here", "run it in the folder that has the .dev.vars of the Worker"),
    ];
  }
  const all = await facts.configuration();
  // With the Worker's address, what is here need not be all that it has.
  const isPartial = (it: string) => url !== undefined && / is missing\b/.test(it);
  const wrong = all.filter((it) => !isPartial(it));
  if (wrong.length > 0) return wrong.map((it) => problem(it, settingOf(it)));
  if (all.length > 0)
    return [skipped(`not all variables of the Worker are here: ${all.map((it) => it.split(" ")[0]).join(", ")}`)];
  return [ok("the variables here are right")];
}

/** Whether the Worker is there, and its variables are right. */
export async function checkWorker(facts: Facts): Promise<Found[]> {
  const { url } = facts.settings;
  if (url === undefined) {
    return [skipped("the Worker's address is not known", "give it with --url or NOTION_EDGE_URL")];
  }
  const heard = await facts.worker("/healthz");
  if (heard === undefined || !heard.isAnswered) {
    return [
      problem(
        `the Worker does not answer at ${url}: ${heard?.reason ?? "it was not asked"}`,
        "deploy it with `npx wrangler deploy`, which prints its address, and give that with --url or NOTION_EDGE_URL",
      ),
    ];
  }
  if (textOf(heard.json, "status") === "ok") return [ok(`the Worker answers at ${url}`)];
  const detail = textOf(heard.json, "detail");
  if (isJson(heard) && heard.status === 500 && detail !== undefined) {
    const all = detail.replace(/^bad configuration: /, "").split(/; (?=[A-Z][A-Z_]+ )/);
    return all.map((it) => problem(`the Worker is badly configured: ${it}`, settingOf(it)));
  }
  return [
    problem(
      `what answers at ${url} is not the Worker: /healthz gave ${heard.status}`,
      "give the address that `npx wrangler deploy` prints with --url or NOTION_EDGE_URL",
    ),
  ];
}

/** Whether exports can be ordered. */
export async function checkAdminToken(facts: Facts): Promise<Found[]> {
  const { adminToken, url, variables } = facts.settings;
  const remedy =
    "make one with `openssl rand -hex 24`, give it to the Worker with `npx wrangler secret put ADMIN_TOKENS`, and put ADMIN_TOKENS=… into .dev.vars here";
  if (adminToken === undefined && !isOfWorker(variables)) {
    return [
      skipped(
        "no admin token is given",
        "give one of ADMIN_TOKENS with --token or NOTION_EDGE_TOKEN, to have more checked",
      ),
    ];
  }
  if (adminToken === undefined) {
    return [
      problem("there is no admin token: nobody can order an export, purge, or ask why a page is not there", remedy),
    ];
  }
  const heard = url === undefined ? undefined : await facts.worker("/v1/exports", adminToken);
  if (heard === undefined || !heard.isAnswered)
    return [skipped("the Worker was not asked whether the admin token is right")];
  if (heard.status === 401) return [problem("the Worker has no such admin token", remedy)];
  if (heard.status === 200) return [ok("the admin token is right")];
  return [skipped(`whether the admin token is right cannot be told: the Worker answered ${heard.status}`)];
}
