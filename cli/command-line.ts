import { fileURLToPath } from 'node:url'
import { withoutCodeFromText } from '../runtime/server/without-code-from-text.ts'
import { loadCommands } from './commands/load-commands.ts'
import { dispatch } from './dispatch.ts'
import { nodeIo } from './node-io.ts'
import { optimizeLater } from './optimize-later.ts'

/** Runs `iap` with command-line arguments, and sets the exit code. */
export async function main(words: readonly string[]): Promise<void> {
  optimizeLater(words[0])
  const ended = loadsBundle(words) ? await withoutCodeFromText() : null
  // Set instead of `exit`, so that output is flushed. Failed output overrides the command's result.
  process.exitCode ||= ended ?? (await run(words))
}

/** The proxy's workers always start without code generation from strings; commands that do what they do start likewise. */
function loadsBundle([command, ...flags]: readonly string[]): boolean {
  return command === 'doctor' || command === 'whoami' || (command === 'run' && flags.includes('--check'))
}

async function run(words: readonly string[]): Promise<number> {
  const io = nodeIo(fileURLToPath(new URL('./', import.meta.url)))
  try {
    return await dispatch(io, await loadCommands(words[0]), words)
  } catch (error) {
    // A bug of ours: exit code 1 would mean a negative answer.
    io.stderr.write(`internal error in iap, please report it:\n${error instanceof Error ? error.stack : String(error)}\n`)
    return 2
  }
}
