import { fileURLToPath } from 'node:url'
import { isCodeCheck, isWorker, runCodeCheck, runWorker, withoutCodeFromText } from '../runtime/index.ts'
import { commands } from './commands/index.ts'
import { dispatch } from './dispatch.ts'
import { nodeIo } from './node-io.ts'
import { optimizeLater } from './optimize-later.ts'

if (isCodeCheck()) runCodeCheck()
else if (isWorker()) runWorker()
else await main(process.argv.slice(2))

async function main(words: readonly string[]): Promise<void> {
  optimizeLater(words[0])
  const ended = loadsBundle(words) ? await withoutCodeFromText() : null
  // Set, not passed to `exit`: what was written is flushed first. An answer that could not be written is none, whatever it was.
  process.exitCode ||= ended ?? (await run(words))
}

/** As the proxy's workers do, which are started without code from texts in any case. */
function loadsBundle([command, ...flags]: readonly string[]): boolean {
  return command === 'run' && flags.includes('--check')
}

function run(words: readonly string[]): Promise<number> {
  const io = nodeIo(fileURLToPath(new URL('./', import.meta.url)))
  return dispatch(io, commands, words).catch((error: unknown) => {
    // Ours, not the user's: 1 would be taken for an answer.
    io.stderr.write(`this is a mistake in iap, please report it:\n${error instanceof Error ? error.stack : String(error)}\n`)
    return 2
  })
}
