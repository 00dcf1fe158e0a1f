/** `notion-edge completion`: what a shell completes commands and options with. The scripts ask the hidden command `complete`. */
import createTab from "@bomb.sh/tab/commander";
import type { Command } from "commander";

const HELP = `
Put the line of your shell where it reads its settings:
  bash   source <(notion-edge completion bash), with the package bash-completion
  zsh    source <(notion-edge completion zsh)
  fish   notion-edge completion fish | source`;

/** Adds the command to a program that has all others. */
export function completion(program: Command): void {
  createTab(program, { completionCommandName: "completion" });
  const command = program.commands.find((it) => it.name() === "completion");
  command
    ?.description("print what your shell completes commands and options with")
    .summary("print completions for your shell")
    .addHelpText("after", HELP);
}
