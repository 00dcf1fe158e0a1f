/** `notion-edge init`: writes what a Worker of one's own needs, and says what to do next. */
import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type Command, Option } from "commander";
import { type CommonOptions, type Context, commandOf } from "../context.ts";
import {
  type Access,
  ignoring,
  readIfThere,
  secretsText,
  hasJson,
  isBelowJson,
  workerFrom,
  wranglerToml,
  writeSecret,
} from "../init/files.ts";
import { EXIT, Problem } from "../problem.ts";
import type { Style } from "../screen.ts";
import type { Variables } from "../settings.ts";

interface Options extends CommonOptions {
  name?: string;
  access?: Access;
  publishRule?: string;
  notionToken?: string;
  redisUrl?: string;
  redisToken?: string;
  yes?: boolean;
  force?: boolean;
  check: boolean;
}

interface Written {
  /** The files that were written. */
  files: string[];
  name: string;
  access: Access;
  /** The connection that Notion knows; null where it was not asked. */
  connection: { name: string; workspace: string | null; seesPages: boolean } | null;
  /** Whether the Worker's own files are there. */
  installed: boolean;
  /** Whether wrangler has to be told which configuration is meant, since a folder above has one in JSON. */
  needs_config_option: boolean;
}

const CONFIG = "wrangler.toml";
const SECRETS = ".dev.vars";
const IGNORED = [SECRETS, ".wrangler/"];
/** Tokens of the Worker's own, random unless there are some. */
const TOKENS = ["READ_TOKENS", "PREVIEW_TOKENS", "ADMIN_TOKENS"] as const;
const TOKEN_BYTES = 24;

const HELP = `
What is neither an option nor in the environment is asked for: NOTION_TOKEN,
UPSTASH_REDIS_REST_URL and UPSTASH_REDIS_REST_TOKEN. Notion and Redis are asked
whether they take it. Other programs of this machine see options, and shells
keep them: tokens are better off in the environment.`;

export function init(context: Context): Command {
  return commandOf("init", "write wrangler.toml and .dev.vars for a Worker of your own")
    .summary("write what a Worker of your own needs")
    .option("--name <name>", "of the Worker")
    .addOption(new Option("--access <who>", "who may read the copy").choices(["private", "public", "rule"]))
    .option("--publish-rule <rule>", "with --access rule: which pages are public, such as Status=Published")
    .option("--notion-token <token>", "secret of the connection in Notion")
    .option("--redis-url <address>", "of Redis over HTTP")
    .option("--redis-token <token>", "of Redis over HTTP, one that may write")
    .option("--no-check", "do not ask Notion and Redis")
    .option("-y, --yes", "ask nothing: private and notion-edge, unless said otherwise")
    .option("--force", "write over the files that are there; what else .dev.vars has stays")
    .addHelpText("after", HELP)
    .action(async ({ yes = false, force = false, check: isChecked, ...options }: Options) => {
      const { folder, variables, input, err, screen } = context;
      if (hasJson(folder)) {
        throw new Problem(
          "another Worker is configured here, in JSON, which wrangler reads in place of wrangler.toml: run init in a folder of its own",
          EXIT.usage,
        );
      }
      const there = [CONFIG, SECRETS].filter((name) => existsSync(join(folder, name)));
      if (there.length > 0 && !force) {
        throw new Problem(`${there.join(" and ")} would be written over: pass --force if that is meant`, EXIT.usage);
      }
      const isInteractive = !yes && !screen.isJson && input.isTTY === true && err.isTTY === true;
      const { DEFAULT_NAME, answersFor } = await import("../init/answers.ts");
      const given = isInteractive ? options : { name: DEFAULT_NAME, ...options };
      const answers = await answersFor(context, given, { isInteractive, isChecked });
      const { name, access, publishRule, connection } = answers;
      const { main, isThere } = workerFrom(folder);
      const secrets = {
        NOTION_TOKEN: answers.notionToken,
        UPSTASH_REDIS_REST_URL: answers.redisUrl,
        UPSTASH_REDIS_REST_TOKEN: answers.redisToken,
        ...tokens(variables),
      };
      const secretsFile = join(folder, SECRETS);
      const written = secretsText(secrets, await readIfThere(secretsFile));
      const ignored = ignoring(IGNORED, await readIfThere(join(folder, ".gitignore")));
      const config = wranglerToml({ name, access, publishRule, notionBaseUrl: variables.NOTION_BASE_URL, main });
      // What keeps the secrets from being committed comes before them.
      if (ignored !== undefined) await writeFile(join(folder, ".gitignore"), ignored);
      await writeSecret(secretsFile, written);
      await writeFile(join(folder, CONFIG), config);
      const files = [CONFIG, SECRETS, ...(ignored === undefined ? [] : [".gitignore"])];
      const result = { files, name, access, connection: connection ?? null, installed: isThere };
      screen.result({ ...result, needs_config_option: isBelowJson(folder) }, told);
    });
}

/** Those of before stay: sites have them. */
function tokens(variables: Variables): Record<string, string> {
  const token = () => randomBytes(TOKEN_BYTES).toString("base64url");
  return Object.fromEntries(TOKENS.map((name) => [name, variables[name]?.trim() || token()]));
}

function told({ files, name, access, connection, installed, needs_config_option }: Written, style: Style): string {
  const config = needs_config_option ? ` --config ${CONFIG}` : "";
  const steps: [string, string][] = [];
  if (!installed) steps.push(["The Worker comes with the package:", "npm install notion-edge"]);
  steps.push(
    ["Copy the workspace now, from here (the Worker would do it as well):", "npx notion-edge export"],
    [
      "Deploy the Worker with its secrets:",
      `npx wrangler login\nnpx wrangler deploy${config} --secrets-file .dev.vars`,
    ],
    [
      "Look how it is doing, at the address that wrangler tells:",
      `npx notion-edge status --url https://${name}.….workers.dev`,
    ],
    [
      "Have Notion tell it of edits at once, rather than within a minute:",
      `npx notion-edge webhook --url https://${name}.….workers.dev`,
    ],
  );
  const command = (text: string) => style("cyan", text);
  const lines = [`${style("green", "✓")} wrote ${files.join(", ")}`];
  if (connection !== null) {
    const where = connection.workspace === null ? "" : ` in ${connection.workspace}`;
    lines.push(
      `${style("green", "✓")} Notion takes the secret: it is that of the connection ${connection.name}${where}`,
    );
    lines.push(`${style("green", "✓")} Redis answers, and takes writes`);
    if (!connection.seesPages) {
      lines.push(
        `${style("yellow", "!")} nothing is shared with it yet: open a page in Notion,`,
        "  and add it under ••• as a connection",
      );
    }
  }
  if (access === "public") {
    lines.push(
      `${style("yellow", "!")} anyone may read everything that is shared with the connection, now or later:`,
      "  narrow it by ROOTS in wrangler.toml",
    );
  }
  for (const [why, what] of steps) {
    lines.push("", why, ...what.split("\n").map((line) => `  ${command(line)}`));
  }
  lines.push("", "A site gets that address as NOTION_EDGE_URL.");
  if (access === "private") lines.push("It gets READ_TOKENS of .dev.vars as NOTION_EDGE_TOKEN.");
  if (access === "rule")
    lines.push("A preview gets PREVIEW_TOKENS of .dev.vars as its token, and with that drafts as well.");
  return lines.join("\n");
}
