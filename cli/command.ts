import type { Io } from './io.ts'

/** Exit code of a command. 0: success. 1: the policy or question has a negative answer. 2: the command failed. */
export type ExitCode = 0 | 1 | 2

export interface Flag {
  readonly type: 'boolean' | 'string'
  /** One letter for the short form of the flag: `o` for `-o`. */
  readonly short?: string
  /** Whether the flag may repeat. The value is then a list. */
  readonly multiple?: boolean
  /** The placeholder of the value in the help: `FILE`. */
  readonly value?: string
  /** Help on the flag: its effect, unit and default, in a sentence without a full stop, which the help wraps. */
  readonly help: string
  /** The values that the flag accepts; absent if it accepts any. */
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

/** A command of one or two words after `iap`, declared as data for dispatch, help and suggestions. */
export interface Command<F extends Flags = Flags> {
  readonly name: string
  /** An imperative sentence without a full stop, for the list of commands and the first line of the help. */
  readonly summary: string
  /** The operands in the help: `PATH…`; empty if there are none. */
  readonly operands: string
  /** The minimum and maximum number of operands. */
  readonly takes: { readonly least: number; readonly most: number }
  readonly flags: F
  /** Paragraphs below the list of flags, which the help wraps; indented ones are examples and stay as they are. */
  readonly more?: string
  /** @param commands all commands of the program */
  run(io: Io, args: Arguments<F>, commands: readonly Command[]): Promise<ExitCode>
}

/**
 * Returns the command unchanged. The type parameter keeps the exact types of its flags, so that `run` can read them type-safely.
 */
export function defineCommand<const F extends Flags>(command: Command<F>): Command<F> {
  return command
}
