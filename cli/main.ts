import { fileURLToPath } from 'node:url'
import { withoutCodeFromText } from '../runtime/index.ts'
import { commands } from './commands/index.ts'
import { dispatch } from './dispatch.ts'
import { nodeIo } from './node-io.ts'
import { optimizeLater } from './optimize-later.ts'

const words = process.argv.slice(2)
optimizeLater(words[0])
const ended = isProxy(words) ? await withoutCodeFromText() : null
// Set, not passed to `exit`: what was written is flushed first. An answer that could not be written is none, whatever it was.
process.exitCode ||= ended ?? (await run())

/** In development it compiles, for which ajv makes code from texts. */
function isProxy([command, ...flags]: readonly string[]): boolean {
  return command === 'run' && !['--dev', '--help', '-h'].some((flag) => flags.includes(flag))
}

function run(): Promise<number> {
  const io = nodeIo(fileURLToPath(new URL('./', import.meta.url)))
  return dispatch(io, commands, words).catch((error: unknown) => {
    // Ours, not the user's: 1 would be taken for an answer.
    io.stderr.write(`this is a mistake in iap, please report it:\n${error instanceof Error ? error.stack : String(error)}\n`)
    return 2
  })
}
