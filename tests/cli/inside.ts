import { fileURLToPath } from 'node:url'
import { expect } from 'vitest'
import { commands } from '../../cli/commands/index.ts'
import { dispatch } from '../../cli/dispatch.ts'
import type { Files, Io, Output } from '../../cli/io.ts'
import { nodeIo } from '../../cli/node-io.ts'
import { outputFaults, schemaOf } from '../support/cli-schemas.ts'
import type { Ended } from './iap.ts'

const root = fileURLToPath(new URL('../../', import.meta.url))

/** One for all: each listens on the streams of the process. */
const real = nodeIo(`${root}dist/`)

export const realFiles = real.files

export interface InsideOptions {
  /** The root of the project where left out. */
  readonly cwd?: string
  readonly stdin?: string
  readonly env?: Io['env']
  /** In place of those of the disk. */
  readonly files?: Files
  readonly terminal?: boolean
  /** Milliseconds since 1970, in place of the real time. */
  readonly now?: number | (() => number)
}

/** Runs a command as `iap` does, within this process: the start of one takes longer than what most commands do. */
export async function inside(words: readonly string[], options: InsideOptions = {}): Promise<Ended> {
  const stdout = collect(options.terminal ?? false)
  const stderr = collect(options.terminal ?? false)
  const io: Io = {
    ...real,
    cwd: options.cwd ?? root,
    env: options.env ?? {},
    stdout,
    stderr,
    stdin: {
      terminal: false,
      async *lines() {
        yield* (options.stdin ?? '').split('\n').filter((line, at, all) => line !== '' || at < all.length - 1)
      },
      text: async () => options.stdin ?? '',
    },
    files: options.files ?? real.files,
    ...(options.now !== undefined && { clock: clockOf(options.now) }),
  }
  const code = await dispatch(io, commands, words)
  checkSchema(words, code, stdout.text())
  return { code, stdout: stdout.text(), stderr: stderr.text() }
}

/** What a command writes for programs fits its schema, whichever test runs it. */
function checkSchema(words: readonly string[], code: number, output: string): void {
  const name = schemaOf(words)
  const isJson = words.some((word, at) => word === '--format' && words[at + 1] === 'json') || name === 'eval'
  // With exit code 2 the output may be empty. Help is no JSON.
  const isWhole = code !== 2 || name === 'eval' || name === 'explain'
  if (name !== null && isJson && isWhole && output.startsWith('{')) expect(outputFaults(name, output)).toEqual([])
}

/** A clock that moves by a second each time somebody looks. */
export function ticking(): () => number {
  let now = Date.UTC(2026, 2, 2)
  return () => {
    now += 1000
    return now
  }
}

function clockOf(now: number | (() => number)): () => number {
  return typeof now === 'function' ? now : () => now
}

function collect(terminal: boolean): Output & { text(): string } {
  let all = ''
  return {
    write(text) {
      all += text
    },
    text: () => all,
    gone: false,
    color: false,
    terminal,
  }
}
