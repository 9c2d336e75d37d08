import type { Connection } from 'vscode-languageserver'
import { type ClientCapabilities, DidChangeConfigurationNotification } from 'vscode-languageserver-protocol'
import { INLAY_HINTS, type InlayHintSettings, readInlayHintSettings } from './features/inlay-hints.ts'

/** The client's configuration, section `iap`. Defaults apply until the client has answered, so no feature waits for it. */
export class ClientSettings {
  readonly #connection: Connection
  #workspace: ClientCapabilities['workspace']
  #inlayHints = INLAY_HINTS

  constructor(connection: Connection) {
    this.#connection = connection
  }

  get inlayHints(): InlayHintSettings {
    return this.#inlayHints
  }

  prepare({ workspace }: ClientCapabilities): void {
    this.#workspace = workspace
  }

  /** Reads the settings now, and has the client notify of changes. */
  async watch(): Promise<void> {
    const canNotify = this.#workspace?.didChangeConfiguration?.dynamicRegistration === true
    if (canNotify)
      void this.#connection.client.register(DidChangeConfigurationNotification.type, { section: 'iap' }).catch(() => {})
    await this.read()
  }

  /** Asks the client, and has it ask for hints again if the answer changes them. A client that refuses keeps the settings. */
  async read(): Promise<void> {
    if (this.#workspace?.configuration !== true) return
    const configured: unknown = await this.#connection.workspace.getConfiguration('iap.inlayHints').catch(() => null)
    const read = readInlayHintSettings(configured)
    if (JSON.stringify(read) === JSON.stringify(this.#inlayHints)) return
    this.#inlayHints = read
    if (this.#workspace.inlayHint?.refreshSupport === true) await this.#connection.languages.inlayHint.refresh().catch(() => {})
  }
}
