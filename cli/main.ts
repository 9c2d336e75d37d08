import { fileURLToPath } from 'node:url'
import { commands } from './commands/index.ts'
import { dispatch } from './dispatch.ts'
import { nodeIo } from './node-io.ts'
import { optimizeLater } from './optimize-later.ts'

optimizeLater(process.argv[2])
const io = nodeIo(fileURLToPath(new URL('./', import.meta.url)))
const code = await dispatch(io, commands, process.argv.slice(2)).catch((error: unknown) => {
  // Ours, not the user's: 1 would be taken for an answer.
  io.stderr.write(`this is a mistake in iap, please report it:\n${error instanceof Error ? error.stack : String(error)}\n`)
  return 2
})
// Set, not passed to `exit`: what was written is flushed first. An answer that could not be written is none, whatever it was.
process.exitCode ||= code
