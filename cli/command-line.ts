import { fileURLToPath } from 'node:url'
import { withoutCodeFromText } from '../runtime/server/without-code-from-text.ts'
import type { Command } from './command.ts'
import { dispatch } from './dispatch.ts'
import { nodeIo } from './node-io.ts'
import { optimizeLater } from './optimize-later.ts'

/** Runs `iap` with the words of its command line, and sets the exit code. */
export async function main(words: readonly string[]): Promise<void> {
  optimizeLater(words[0])
  const ended = loadsBundle(words) ? await withoutCodeFromText() : null
  // Set, not passed to `exit`: what was written is flushed first. An answer that could not be written is none, whatever it was.
  process.exitCode ||= ended ?? (await run(words))
}

/** As the proxy's workers do, which are started without code from texts in any case. */
function loadsBundle([command, ...flags]: readonly string[]): boolean {
  return command === 'run' && flags.includes('--check')
}

async function run(words: readonly string[]): Promise<number> {
  const io = nodeIo(fileURLToPath(new URL('./', import.meta.url)))
  try {
    return await dispatch(io, await commandsFor(words), words)
  } catch (error) {
    // Ours, not the user's: 1 would be taken for an answer.
    io.stderr.write(`this is a mistake in iap, please report it:\n${error instanceof Error ? error.stack : String(error)}\n`)
    return 2
  }
}

/** The proxy runs for weeks: it does not hold what the other commands need, the compiler among it. */
async function commandsFor([first]: readonly string[]): Promise<readonly Command[]> {
  if (first === 'run') return [(await import('./commands/run.ts')).run]
  return (await import('./commands/index.ts')).commands
}
