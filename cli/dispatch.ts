import { nearest } from '../language/diagnostics/suggest.ts'
import { VERSION } from '../runtime/base/version.ts'
import { parseArguments } from './arguments.ts'
import { CliError, writeCliError } from './cli-error.ts'
import type { Command, ExitCode } from './command.ts'
import { commandHelp, groupHelp, programHelp } from './help.ts'
import type { Io } from './io.ts'

/** Runs a command and returns its exit code. Reports `CliError` and `ProjectError`; other errors are bugs and pass through. */
export async function dispatch(io: Io, commands: readonly Command[], words: readonly string[]): Promise<ExitCode> {
  try {
    return await run(io, commands, words)
  } catch (error) {
    writeCliError(io.stderr, error)
    return 2
  }
}

async function run(io: Io, commands: readonly Command[], words: readonly string[]): Promise<ExitCode> {
  const [first, ...rest] = words
  if (first === '--version' || first === '-V') {
    io.stdout.write(`iap ${VERSION}\n`)
    return 0
  }
  if ((first !== undefined && isHelpFlag(first)) || (first === 'help' && rest.length === 0)) {
    io.stdout.write(programHelp(commands))
    return 0
  }
  if (first === undefined) {
    io.stderr.write(programHelp(commands))
    return 2
  }
  const isHelp = first === 'help'
  const asked = isHelp ? rest : words
  const group = commands.filter(({ name }) => name.startsWith(`${asked[0]} `))
  if (group.length > 0 && (asked[1] === undefined || isHelpFlag(asked[1]))) {
    const wasAsked = isHelp || asked[1] !== undefined
    const output = wasAsked ? io.stdout : io.stderr
    output.write(groupHelp(asked[0] as string, group))
    return wasAsked ? 0 : 2
  }
  const length = group.length > 0 ? 2 : 1
  const name = asked.slice(0, length).join(' ')
  const command = commands.find((candidate) => candidate.name === name)
  if (command === undefined) throw unknown(group.length > 0 ? group : commands, name)
  const args = isHelp ? 'help' : parseArguments(command, asked.slice(length))
  if (args === 'help') {
    io.stdout.write(commandHelp(command))
    return 0
  }
  return await command.run(io, args, commands)
}

function isHelpFlag(word: string): boolean {
  return word === '--help' || word === '-h'
}

function unknown(commands: readonly Command[], name: string): CliError {
  const flag = name.startsWith('-')
  const near = nearest(name, flag ? ['--help', '--version'] : commands.map((command) => command.name))
  const what = flag ? 'flag' : 'command'
  return new CliError(`unknown ${what} \`${name}\``, near === null ? 'see `iap --help`' : `did you mean \`iap ${near}\`?`)
}
