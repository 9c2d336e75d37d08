import { parseArgs } from 'node:util'
import { nearest } from '../language/diagnostics/suggest.ts'
import { CliError } from './cli-error.ts'
import type { Arguments, Command, Flag, Flags } from './command.ts'

/** The flags of every command. */
export const COMMON_FLAGS = { help: { type: 'boolean', short: 'h', help: 'Print this help' } } as const satisfies Flags

/**
 * Parses the command-line arguments after the command's name. Returns `help` if they contain `--help`.
 *
 * @throws `CliError` if an argument is not valid for the command
 */
export function parseArguments(command: Command, words: readonly string[]): Arguments<Flags> | 'help' {
  const flags: Flags = { ...command.flags, ...COMMON_FLAGS }
  const { tokens } = parseArgs({
    args: [...words],
    options: Object.fromEntries(Object.entries(flags).map(([name, flag]) => [name, option(flag)])),
    allowPositionals: true,
    // We write the messages, to suggest the nearest flag.
    strict: false,
    tokens: true,
  })
  if (tokens.some((token) => token.kind === 'option' && token.name === 'help')) return 'help'
  const values: Record<string, boolean | string | string[] | undefined> = {}
  for (const [name, flag] of Object.entries(command.flags)) {
    values[name] = flag.type === 'boolean' ? false : flag.multiple ? [] : undefined
  }
  const operands: string[] = []
  for (const token of tokens) {
    if (token.kind === 'positional') operands.push(token.value)
    if (token.kind !== 'option') continue
    const flag = Object.hasOwn(flags, token.name) ? flags[token.name] : undefined
    if (flag === undefined) throw unknownFlag(command, token.rawName)
    const value = flagValue(flag, token)
    const before = values[token.name]
    if (Array.isArray(before)) before.push(value as string)
    else if (flag.type === 'string' && before !== undefined)
      throw new CliError(`\`${token.rawName}\` is given twice`, 'give it once')
    else values[token.name] = value
  }
  checkCount(command, operands)
  return { flags: values as Arguments<Flags>['flags'], operands }
}

function option(flag: Flag): { type: 'boolean' | 'string'; short?: string; multiple: true } {
  return { type: flag.type, ...(flag.short === undefined ? {} : { short: flag.short }), multiple: true }
}

/** A flag, and neither a negative number nor the hash of a record, of which one in 64 begins with `-`. */
const LOOKS_LIKE_FLAG = /^--|^-\D$/

function inline(rawName: string, value: string): string {
  return rawName.startsWith('--') ? `${rawName}=${value}` : `${rawName}${value}`
}

function flagValue(
  flag: Flag,
  token: { rawName: string; value?: string | undefined; inlineValue?: boolean | undefined },
): boolean | string {
  if (flag.type === 'boolean') {
    if (token.value !== undefined) throw new CliError(`\`${token.rawName}\` takes no value`, `write \`${token.rawName}\` alone`)
    return true
  }
  const { value } = token
  if (value === undefined || value === '') {
    throw new CliError(`\`${token.rawName}\` needs a value`, `write \`${token.rawName} ${flag.value ?? 'VALUE'}\``)
  }
  if (token.inlineValue === false && LOOKS_LIKE_FLAG.test(value)) {
    throw new CliError(
      `\`${token.rawName}\` needs a value, and \`${value}\` looks like a flag`,
      `write \`${token.rawName} ${flag.value ?? 'VALUE'}\`, or \`${inline(token.rawName, value)}\` if this is the value`,
    )
  }
  if (flag.oneOf !== undefined && !flag.oneOf.includes(value)) {
    const near = nearest(value, flag.oneOf)
    throw new CliError(
      `\`${token.rawName}\` cannot be \`${value}\``,
      near === null ? `it is one of ${flag.oneOf.join(', ')}` : `did you mean \`${near}\`?`,
    )
  }
  return value
}

function unknownFlag(command: Command, rawName: string): CliError {
  const known = Object.keys({ ...command.flags, ...COMMON_FLAGS }).map((name) => `--${name}`)
  const near = nearest(rawName, known)
  return new CliError(
    `\`iap ${command.name}\` has no flag \`${rawName}\``,
    near === null ? `see \`iap ${command.name} --help\`` : `did you mean \`${near}\`?`,
  )
}

function checkCount(command: Command, operands: readonly string[]): void {
  const usage = `usage: iap ${command.name} ${command.operands}`.trimEnd()
  if (operands.length < command.takes.least) {
    throw new CliError(`\`iap ${command.name}\` needs ${command.operands}`, `${usage}; see \`iap ${command.name} --help\``)
  }
  if (operands.length > command.takes.most) {
    throw new CliError(`\`iap ${command.name}\` takes no further operand \`${operands[command.takes.most]}\``, usage)
  }
}
