import type { Connection } from 'vscode-languageserver'
import type { Warn } from './workspace/files.ts'

/**
 * Returns a function that writes warnings to the log of the client. Each message is written once, as each check finds the same
 * reasons again.
 */
export function warnOnce(connection: Connection): Warn {
  const written = new Set<string>()
  return (message) => {
    if (written.has(message)) return
    written.add(message)
    connection.console.warn(message)
  }
}
