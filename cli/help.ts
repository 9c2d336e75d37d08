import { COMMON_FLAGS } from './arguments.ts'
import type { Command, Flag } from './command.ts'

export function programHelp(commands: readonly Command[]): string {
  return `iap: an identity-aware proxy whose access rules are a language

usage: iap COMMAND …

${listOf(commands)}

  iap COMMAND --help  tells more about one
  iap --version       tells which this is

exit codes: 0 all is well; 1 the policy or the question has a negative answer; 2 the command could not be carried out
`
}

/** Returns the help of a word with which several commands begin. */
export function groupHelp(word: string, commands: readonly Command[]): string {
  return `usage: iap ${word} …\n\n${listOf(commands)}\n\n  iap ${word} … --help  tells more about one\n`
}

function listOf(commands: readonly Command[]): string {
  const width = Math.max(...commands.map((command) => command.name.length))
  return commands.map((command) => `  ${command.name.padEnd(width)}  ${command.summary}`).join('\n')
}

export function commandHelp(command: Command): string {
  const flags = Object.entries({ ...command.flags, ...COMMON_FLAGS } as Record<string, Flag>)
  const rows = flags.map(([name, flag]) => [spelling(name, flag), flag.help] as const)
  const width = Math.max(...rows.map(([left]) => left.length))
  const list = rows.map(([left, right]) => `  ${left.padEnd(width)}  ${right}`)
  const more = command.more === undefined ? '' : `\n${command.more.trim()}\n`
  const usage = ['usage: iap', command.name, command.operands, '[FLAGS]'].filter((part) => part !== '').join(' ')
  return `iap ${command.name}: ${command.summary}\n\n${usage}\n\n${list.join('\n')}\n${more}`
}

function spelling(name: string, flag: Flag): string {
  const short = flag.short === undefined ? '    ' : `-${flag.short}, `
  const value = flag.type === 'boolean' ? '' : ` ${flag.oneOf?.join('|') ?? flag.value ?? 'VALUE'}`
  return `${short}--${name}${value}${flag.multiple ? ' …' : ''}`
}
