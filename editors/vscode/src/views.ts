import { commands, type ExtensionContext, type LogOutputChannel, window } from 'vscode'
import { PageView } from './page-view.ts'
import { TextViews } from './text-views.ts'

/** Where commands show their results and errors. */
export interface Views {
  readonly log: LogOutputChannel
  readonly texts: TextViews
  readonly pages: PageView
  /** Registers a command whose error is shown to the user. */
  command(name: string, run: () => Promise<void>): void
  /** Shows an error, with a button for the log. Does not wait for the user. */
  report(error: unknown): void
}

/** Returns views that end with the extension. */
export function createViews({ subscriptions }: ExtensionContext): Views {
  const log = window.createOutputChannel('iap', { log: true })
  const [texts, pages] = [new TextViews(), new PageView()]
  subscriptions.push(log, texts, pages)
  const report = (error: unknown) => {
    const message = error instanceof Error ? error.message : String(error)
    log.error(message)
    void window.showErrorMessage(`iap: ${message}`, 'Show Log').then((chosen) => chosen !== undefined && log.show())
  }
  const command = (name: string, run: () => Promise<void>) => {
    const reported = async () => await run().catch(report)
    subscriptions.push(commands.registerCommand(name, reported))
  }
  return { log, texts, pages, command, report }
}
