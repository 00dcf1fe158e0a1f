/** The commands, in the order of --help. */
import type { Command } from "commander";
import type { Context } from "../context.ts";
import { confirm } from "./confirm.ts";
import { doctor } from "./doctor.ts";
import { exporting } from "./export.ts";
import { get } from "./get.ts";
import { init } from "./init.ts";
import { list } from "./list.ts";
import { purge } from "./purge.ts";
import { status } from "./status.ts";
import { sync } from "./sync.ts";
import { tail } from "./tail.ts";
import { types } from "./types.ts";
import { webhook } from "./webhook.ts";
import { why } from "./why.ts";

/** Each makes one command. */
export const COMMANDS: readonly ((context: Context) => Command)[] = [
  init,
  exporting,
  status,
  sync,
  why,
  doctor,
  get,
  list,
  tail,
  types,
  purge,
  confirm,
  webhook,
];
