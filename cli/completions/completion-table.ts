/** The command line as shells complete it, derived from the declarations of commands. */

import { COMMON_FLAGS } from '../arguments.ts'
import type { Command, Flag } from '../command.ts'

/** What may be completed in one place; nothing if no words and no files are known, as for a name. */
export interface CompletionValue {
  readonly words: readonly string[]
  /** The accepted file extensions without the dot, or `any` for every file; null if no file is expected. Folders always fit. */
  readonly files: readonly string[] | 'any' | null
  /** Whether only folders are expected. */
  readonly folders: boolean
  /** Whether a word ends with `=`, which a file follows: `sarif=FILE`. */
  readonly assigns: boolean
}

export interface CompletionFlag {
  /** All spellings: `--output`, `-o`. */
  readonly spellings: readonly string[]
  readonly help: string
  readonly repeats: boolean
  /** The placeholder of the value. */
  readonly placeholder: string
  /** Null if the flag takes no value. */
  readonly value: CompletionValue | null
}

export interface CompletionCommand {
  /** One or two words. */
  readonly name: string
  readonly summary: string
  readonly flags: readonly CompletionFlag[]
  readonly operands: {
    readonly placeholder: string
    readonly least: number
    readonly most: number
    readonly value: CompletionValue
  }
}

export interface CompletionTable {
  /** The first words of commands, with a summary. */
  readonly first: ReadonlyMap<string, string>
  /** By the first word: the second words of commands of two words, with a summary. */
  readonly second: ReadonlyMap<string, ReadonlyMap<string, string>>
  /** The flags that stand in place of a command. */
  readonly flags: ReadonlyMap<string, string>
  readonly commands: readonly CompletionCommand[]
}

export function completionTable(commands: readonly Command[]): CompletionTable {
  const first = new Map<string, string>()
  const second = new Map<string, Map<string, string>>()
  for (const { name, summary } of commands) {
    const [word = '', more] = name.split(' ')
    if (more === undefined) first.set(word, summary)
    else second.set(word, (second.get(word) ?? new Map<string, string>()).set(more, summary))
    if (more !== undefined) first.set(word, `${[...(second.get(word)?.keys() ?? [])].join(', ')}`)
  }
  first.set('help', 'Show the help of a command')
  const flags = new Map([
    ['--help', 'Show the list of commands'],
    ['--version', 'Print the version'],
  ])
  return { first, second, flags, commands: commands.map(commandOf) }
}

function commandOf({ name, summary, operands, takes, flags }: Command): CompletionCommand {
  const formats = flags.format?.oneOf ?? []
  return {
    ...{ name, summary },
    flags: Object.entries({ ...flags, ...COMMON_FLAGS } as Readonly<Record<string, Flag>>).map(([long, flag]) => ({
      spellings: flag.short === undefined ? [`--${long}`] : [`--${long}`, `-${flag.short}`],
      help: flag.help,
      repeats: flag.multiple ?? false,
      placeholder: flag.value ?? 'VALUE',
      value: flag.type === 'boolean' ? null : flagValue(flag, formats),
    })),
    operands: { placeholder: operands, ...takes, value: placeholderValue(operands) },
  }
}

function flagValue({ oneOf, value = '' }: Flag, formats: readonly string[]): CompletionValue {
  if (oneOf !== undefined) return { ...NOTHING, words: oneOf }
  if (value === 'FORMAT=FILE') return { ...NOTHING, words: formats.map((format) => `${format}=`), assigns: true }
  return placeholderValue(value)
}

const NOTHING: CompletionValue = { words: [], files: null, folders: false, assigns: false }

/** The files that placeholders of the help stand for. Placeholders that are absent, such as `NAME`, complete nothing. */
const FILES: Readonly<Record<string, readonly string[] | 'any'>> = {
  FILE: 'any',
  KEY: 'any',
  AUDIT: 'any',
  PATH: ['iap'],
  BUNDLE: ['iapb'],
  OLD: ['iap', 'iapb'],
  NEW: ['iap', 'iapb'],
}

/** Returns what a placeholder such as `BUNDLE|PATH…`, `[DIR]` or `bash|zsh` stands for. */
function placeholderValue(placeholder: string): CompletionValue {
  const words = placeholder.replace(/[[\]\u2026]/g, '').split(/[| ]+/)
  const files = words.flatMap((word) => FILES[word.replace(/:N$/, '')] ?? [])
  return {
    ...NOTHING,
    words: words.filter((word) => /^[a-z][a-z0-9-]*$/.test(word)),
    files: files.includes('any') ? 'any' : files.length === 0 ? null : [...new Set(files)],
    folders: files.length === 0 && words.some((word) => word === 'DIR' || word === 'FOLDER'),
  }
}
