import type { Connection } from 'vscode-languageserver'
import type { Warn } from './workspace/files.ts'

/** Returns a function that writes a warning to the log of the client; each message once, as each check finds the same reasons. */
export function warnOnce(connection: Connection): Warn {
  const written = new Set<string>()
  return (message) => {
    if (written.has(message)) return
    written.add(message)
    connection.console.warn(message)
  }
}
