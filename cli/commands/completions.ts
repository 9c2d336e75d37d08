import { CliError } from '../cli-error.ts'
import { defineCommand } from '../command.ts'
import { bashCompletions } from '../completions/bash.ts'
import { type CompletionTable, completionTable } from '../completions/completion-table.ts'
import { fishCompletions } from '../completions/fish.ts'
import { zshCompletions } from '../completions/zsh.ts'

const SHELLS: ReadonlyMap<string, (table: CompletionTable) => string> = new Map([
  ['bash', bashCompletions],
  ['zsh', zshCompletions],
  ['fish', fishCompletions],
])

export const completions = defineCommand({
  name: 'completions',
  summary: 'Print a script with which a shell completes the command line of iap',
  operands: [...SHELLS.keys()].join('|'),
  takes: { least: 1, most: 1 },
  flags: {},
  more: `The script completes commands, flags, their values, and files. Print it anew after an update of iap.

  bash  iap completions bash > FILE, and \`source FILE\` in ~/.bashrc
  zsh   iap completions zsh > DIR/_iap, with DIR in fpath before compinit
  fish  iap completions fish > ~/.config/fish/completions/iap.fish`,
  async run(io, { operands: [shell = ''] }, commands) {
    const script = SHELLS.get(shell)
    if (script === undefined)
      throw new CliError(`there are no completions for the shell \`${shell}\``, `it is one of ${[...SHELLS.keys()].join(', ')}`)
    io.stdout.write(script(completionTable(commands)))
    return 0
  },
})
