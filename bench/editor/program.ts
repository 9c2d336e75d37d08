/** The language server as `iap lsp` starts it. Answers each message of its parent with its processor time and memory so far. */
import { serveStdio } from '../../language-server/stdio/index.ts'

export interface Taken {
  /** Milliseconds of processor time, in all threads. */
  readonly cpu: number
  /** Megabytes. */
  readonly memory: number
}

process.on('message', () => {
  const { user, system } = process.cpuUsage()
  process.send?.({ cpu: (user + system) / 1000, memory: process.memoryUsage.rss() / 1e6 } satisfies Taken)
})
serveStdio(process.stdin, process.stdout, () => null, console.error)
