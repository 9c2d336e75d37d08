import { fileURLToPath } from 'node:url'
import { commands } from './commands/index.ts'
import { dispatch } from './dispatch.ts'
import { nodeIo } from './node-io.ts'

// Set, not passed to `exit`: what was written is flushed first.
process.exitCode = await dispatch(nodeIo(fileURLToPath(new URL('./', import.meta.url))), commands, process.argv.slice(2))
