import { COMMON_FLAGS } from './arguments.ts'
import type { Command, Flag } from './command.ts'

/** The longest line of a help text, in characters. */
const WIDTH = 100

/** The widest first column of a list. A longer entry gets a line of its own. */
const WIDEST_ENTRY = 30

export function programHelp(commands: readonly Command[]): string {
  return `iap: an identity-aware proxy whose access rules are a language

usage: iap COMMAND …

${listOf(commands)}

  iap COMMAND --help  Show the help of a command
  iap --version       Print the version

exit codes: 0 success; 1 the policy or the query has a negative answer, such as a failed test; 2 the
            command could not run, for example because a file is missing
`
}

/** Returns the help of a group: of all commands whose names begin with the same word. */
export function groupHelp(word: string, commands: readonly Command[]): string {
  return `usage: iap ${word} …\n\n${listOf(commands)}\n\n  iap ${word} … --help  Show the help of a command\n`
}

function listOf(commands: readonly Command[]): string {
  return table(commands.map(({ name, summary }) => [name, summary]))
}

export function commandHelp(command: Command): string {
  const flags = Object.entries({ ...command.flags, ...COMMON_FLAGS } as Record<string, Flag>)
  const list = table(flags.map(([name, flag]) => [spelling(name, flag), flag.help]))
  const more = command.more === undefined ? '' : `\n${paragraphs(command.more)}\n`
  const usage = ['usage: iap', command.name, command.operands, '[FLAGS]'].filter((part) => part !== '').join(' ')
  return `${command.summary}.\n\n${usage}\n\n${list}\n${more}`
}

function spelling(name: string, flag: Flag): string {
  const short = flag.short === undefined ? '    ' : `-${flag.short}, `
  const value = flag.type === 'boolean' ? '' : ` ${flag.oneOf?.join('|') ?? flag.value ?? 'VALUE'}`
  return `${short}--${name}${value}${flag.multiple ? ' …' : ''}`
}

/** Returns entries with their descriptions in a second column, which is wrapped. */
function table(rows: readonly (readonly [entry: string, description: string])[]): string {
  const widths = rows.map(([entry]) => entry.length).filter((width) => width <= WIDEST_ENTRY)
  const column = Math.max(0, ...widths) + 4
  return rows
    .map(([entry, description]) => {
      const lines = wrap(description, WIDTH - column).join(`\n${' '.repeat(column)}`)
      return entry.length + 4 > column ? `  ${entry}\n${' '.repeat(column)}${lines}` : `  ${entry.padEnd(column - 4)}  ${lines}`
    })
    .join('\n')
}

/** Wraps paragraphs. Indented ones, which are examples and lists, stay as they are. */
function paragraphs(text: string): string {
  return text
    .trim()
    .split('\n\n')
    .map((paragraph) => (paragraph.startsWith('  ') ? paragraph : wrap(paragraph, WIDTH).join('\n')))
    .join('\n\n')
}

/** Breaks a text at white space, outside of code in backticks, into lines of at most `width` characters. */
function wrap(text: string, width: number): readonly string[] {
  const lines: string[] = []
  for (const word of text.match(/(?:`[^`]*`|[^\s`])+/g) ?? []) {
    const last = lines.at(-1)
    if (last !== undefined && last.length + 1 + word.length <= width) lines[lines.length - 1] = `${last} ${word}`
    else lines.push(word)
  }
  return lines
}
