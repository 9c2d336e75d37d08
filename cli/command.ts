import type { Io } from './io.ts'

/** 0: all is well. 1: the policy or the question has a negative answer. 2: the command could not be carried out. */
export type ExitCode = 0 | 1 | 2

export interface Flag {
  readonly type: 'boolean' | 'string'
  /** One letter, written `-o`. */
  readonly short?: string
  /** May be given several times; the value is then a list. */
  readonly multiple?: boolean
  /** What stands for the value in the help: `FILE`. */
  readonly value?: string
  /** Shown in the help, one line. */
  readonly help: string
  /** The only values there are. */
  readonly oneOf?: readonly string[]
}

export type Flags = Readonly<Record<string, Flag>>

export type FlagValues<F extends Flags> = {
  readonly [K in keyof F]: F[K] extends { readonly type: 'boolean' }
    ? boolean
    : F[K] extends { readonly multiple: true }
      ? readonly string[]
      : string | undefined
}

export interface Arguments<F extends Flags> {
  readonly flags: FlagValues<F>
  readonly operands: readonly string[]
}

/**
 * One word after `iap`, or two of which several commands have the first; declared as data: dispatch, help and suggestions all
 * read it.
 */
export interface Command<F extends Flags = Flags> {
  readonly name: string
  /** One line for the list of commands. */
  readonly summary: string
  /** The operands as the help shows them: `PATH…`; empty where the command takes none. */
  readonly operands: string
  /** How many operands there must be. */
  readonly takes: { readonly least: number; readonly most: number }
  readonly flags: F
  /** Paragraphs and examples below the list of flags. */
  readonly more?: string
  run(io: Io, args: Arguments<F>): Promise<ExitCode>
}

/** Keeps the exact flags in the type, so that `args.flags` is checked. */
export function defineCommand<const F extends Flags>(command: Command<F>): Command<F> {
  return command
}
