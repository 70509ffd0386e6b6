// `webhooks completion`: scripts for the shells. Each asks the hidden command `__complete` what can
// follow, so it never differs from the commands.

import { Argument } from "commander";
import type { Command, Option } from "commander";

const SCRIPTS: Record<string, string> = {
  bash: `# webhooks: put into ~/.bashrc: source <(webhooks completion bash)
_webhooks() {
  local current="\${COMP_WORDS[COMP_CWORD]}" word
  COMPREPLY=()
  while IFS=$'\\t' read -r word _; do
    [[ "$word" == "$current"* ]] && COMPREPLY+=("$word")
  done < <(webhooks __complete -- "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
}
complete -o default -F _webhooks webhooks
`,
  zsh: `#compdef webhooks
# webhooks: put into ~/.zshrc, below compinit: source <(webhooks completion zsh)
_webhooks() {
  local -a candidates
  local word text
  while IFS=$'\\t' read -r word text; do
    candidates+=("\${word//:/\\\\:}:$text")
  done < <(webhooks __complete -- "\${(@)words[2,CURRENT]}" 2>/dev/null)
  if (( $#candidates )); then _describe webhooks candidates; else _files; fi
}
compdef _webhooks webhooks
`,
  fish: `# webhooks: webhooks completion fish > ~/.config/fish/completions/webhooks.fish
function __webhooks
  webhooks __complete -- (commandline -opc)[2..-1] (commandline -ct) 2>/dev/null
end
complete -c webhooks -a '(__webhooks)'
`,
};

export function addCompletion(program: Command): void {
  program.command("completion")
    .summary("print a script that completes commands in your shell")
    .description("Prints a script for the shell. Its first lines say where it goes.")
    .addArgument(new Argument("<shell>").choices(Object.keys(SCRIPTS)))
    .action((shell: string) => void process.stdout.write(SCRIPTS[shell]!));
  program.command("__complete", { hidden: true })
    .argument("[words...]")
    .action((words: string[]) => {
      for (const [word, text] of candidates(program, words))
        process.stdout.write(`${word}\t${text}\n`);
    });
}

/** Returns what can follow, with descriptions. The last word is the one that is being typed. */
export function candidates(program: Command, words: readonly string[]): [string, string][] {
  const current = words.at(-1) ?? "";
  let command = program;
  let pending: Option | undefined;
  for (const word of words.slice(0, -1)) {
    if (pending !== undefined) {
      pending = undefined;
    } else if (word.startsWith("-")) {
      const option = optionsOf(command).find(({ long, short }) => word === long || word === short);
      pending = option?.required === true ? option : undefined;
    } else {
      command = command.commands.find((one) => one.name() === word) ?? command;
    }
  }
  if (pending !== undefined) return (pending.argChoices ?? []).map((choice) => [choice, ""]);
  const found: [string, string][] = current.startsWith("-")
    ? optionsOf(command).map((option) => [option.long ?? option.short ?? "", option.description])
    : [
        ...visible(command).map((one): [string, string] => [
          one.name(), one.summary() || one.description(),
        ]),
        ...command.registeredArguments.flatMap(({ argChoices = [] }) =>
          argChoices.map((choice): [string, string] => [choice, ""])),
      ];
  return found.filter(([word]) => word.startsWith(current));
}

const visible = (command: Command): readonly Command[] =>
  command.createHelp().visibleCommands(command);

/** Returns the options of a command and those of the program. */
function optionsOf(command: Command): Option[] {
  const help = command.createHelp();
  return [...help.visibleOptions(command), ...help.visibleGlobalOptions(command)];
}
