/** A client of the language server on any connection: what an editor sends, and what it was sent. */
import {
  type Diagnostic,
  type InitializeParams,
  type InitializeResult,
  type LogMessageParams,
  MessageType,
  type Position,
  type ProtocolConnection,
  type PublishDiagnosticsParams,
  type TextDocumentContentChangeEvent,
} from 'vscode-languageserver-protocol'
import { TextDocument } from 'vscode-languageserver-textdocument'

interface OpenDocument {
  readonly version: number
  readonly text: string
}

/** Which publication of a version is awaited: of the check, or the one after it, with warnings. */
type Phase = 'checked' | 'linted'

export class Client {
  readonly connection: ProtocolConnection
  readonly documents = new Map<string, OpenDocument>()
  /** The latest diagnostics of each document; none of those without any. */
  readonly diagnostics = new Map<string, readonly Diagnostic[]>()
  /** Faults that the server logged, and errors of the connection. */
  readonly problems: string[] = []
  /** Warnings that the server logged. */
  readonly warnings: string[] = []
  readonly #publications = new Map<string, number>()
  readonly #waiting = new Set<() => void>()
  #capabilities: InitializeResult['capabilities'] = {}
  #version = 0

  /** @param connection one that does not listen yet */
  constructor(connection: ProtocolConnection) {
    this.connection = connection
    connection.onNotification('textDocument/publishDiagnostics', (params: PublishDiagnosticsParams) => this.#published(params))
    connection.onNotification('window/logMessage', ({ type, message }: LogMessageParams) => {
      if (type === MessageType.Error) this.problems.push(message)
      if (type === MessageType.Warning) this.warnings.push(message)
    })
    connection.onRequest('client/registerCapability', () => null)
    connection.onError(([error]) => this.problems.push(error.message))
    connection.onClose(() => this.#wake())
    connection.listen()
  }

  get capabilities(): InitializeResult['capabilities'] {
    return this.#capabilities
  }

  async start(folders: readonly string[], more: Partial<InitializeParams> = {}): Promise<InitializeResult> {
    const result = await this.connection.sendRequest<InitializeResult>('initialize', {
      processId: null,
      rootUri: null,
      capabilities: {},
      workspaceFolders: folders.map((uri) => ({ uri, name: uri })),
      ...more,
    } satisfies InitializeParams)
    this.#capabilities = result.capabilities
    await this.connection.sendNotification('initialized', {})
    return result
  }

  async stop(): Promise<void> {
    await this.connection.sendRequest('shutdown')
    await this.connection.sendNotification('exit')
  }

  open(uri: string, text: string): void {
    const version = this.#set(uri, text)
    this.#notify('didOpen', { textDocument: { uri, languageId: 'iap', version, text } })
  }

  /** Replaces the whole text. */
  change(uri: string, text: string): void {
    this.#change(uri, text, [{ text }])
  }

  /** Replaces a part, by offsets, as a client that sends changes alone. What no position names is between `\r` and `\n`. */
  replace(uri: string, start: number, end: number, by: string): void {
    const { text } = this.documents.get(uri) as OpenDocument
    const range = { start: positionAt(text, start), end: positionAt(text, end) }
    const after = TextDocument.applyEdits(TextDocument.create(uri, 'iap', 0, text), [{ range, newText: by }])
    this.#change(uri, after, [{ range, text: by }])
  }

  close(uri: string): void {
    this.documents.delete(uri)
    this.#notify('didClose', { textDocument: { uri } })
  }

  /** Files changed outside of the editor. */
  filesChanged(...uris: readonly string[]): void {
    void this.connection.sendNotification('workspace/didChangeWatchedFiles', {
      changes: uris.map((uri) => ({ uri, type: 2 })),
    })
  }

  ask<T>(method: string, params: object): Promise<T> {
    return this.connection.sendRequest<T>(method, params)
  }

  /** Resolves to the diagnostics of an open document once those of its present text were sent. */
  async diagnosticsOf(uri: string, phase: Phase = 'checked'): Promise<readonly Diagnostic[]> {
    const { version } = this.documents.get(uri) as OpenDocument
    const key = `${version} ${uri}`
    await this.until(() => (this.#publications.get(key) ?? 0) >= (phase === 'checked' ? 1 : 2))
    return this.diagnostics.get(uri) ?? []
  }

  /** Resolves once a condition holds, which is asked after each publication. */
  until(condition: () => boolean): Promise<void> {
    return new Promise((resolve) => {
      const look = () => {
        if (!condition()) return
        this.#waiting.delete(look)
        resolve()
      }
      this.#waiting.add(look)
      look()
    })
  }

  #set(uri: string, text: string): number {
    this.#version += 1
    this.documents.set(uri, { version: this.#version, text })
    return this.#version
  }

  #change(uri: string, text: string, contentChanges: readonly TextDocumentContentChangeEvent[]): void {
    const version = this.#set(uri, text)
    this.#notify('didChange', { textDocument: { uri, version }, contentChanges })
  }

  #notify(what: string, params: object): void {
    // A server that is gone reads nothing; tests see that by its exit.
    this.connection.sendNotification(`textDocument/${what}`, params).catch((error) => this.problems.push(String(error)))
  }

  #published({ uri, version, diagnostics }: PublishDiagnosticsParams): void {
    if (diagnostics.length === 0) this.diagnostics.delete(uri)
    else this.diagnostics.set(uri, diagnostics)
    const key = `${version} ${uri}`
    this.#publications.set(key, (this.#publications.get(key) ?? 0) + 1)
    this.#wake()
  }

  #wake(): void {
    for (const look of [...this.#waiting]) look()
  }
}

/** Returns a position as the protocol counts. */
export function positionAt(text: string, offset: number): Position {
  return TextDocument.create('', 'iap', 0, text).positionAt(offset)
}
