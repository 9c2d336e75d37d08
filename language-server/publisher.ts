import type { Connection } from 'vscode-languageserver'
import type { Diagnostic } from 'vscode-languageserver-types'
import { configDiagnosticsOf } from './config/diagnostics.ts'
import { diagnosticsOf } from './features/diagnostics.ts'
import type { Workspace } from './workspace/workspace.ts'

/** Milliseconds without an edit before projects are checked. */
const SETTLED = 50
/** Milliseconds without an edit before warnings are looked for, which takes longer in large projects. */
const IDLE = 500

/** Publishes diagnostics after edits: those of the check first, and warnings when nobody types any more. */
export class Publisher {
  readonly #connection: Connection
  readonly #workspace: Workspace
  /** What the client was last sent, by URI. */
  readonly #sent = new Map<string, string>()
  /** Versions of open documents, by URI. */
  readonly #versions = new Map<string, number>()
  /** Documents with a version of which neither the diagnostics of the check nor those with warnings were sent. */
  readonly #due = new Set<string>()
  /** Counts changes. */
  #turn = 0
  #checking: ReturnType<typeof setTimeout> | undefined
  #linting: ReturnType<typeof setTimeout> | undefined

  constructor(connection: Connection, workspace: Workspace) {
    this.#connection = connection
    this.#workspace = workspace
  }

  /**
   * Notes the version of an open document; null if it was closed. Its diagnostics are sent also if they are the same as
   * before: those of the check, and then those with warnings.
   */
  changed(uri: string, version: number | null): void {
    if (version === null) this.#versions.delete(uri)
    else this.#versions.set(uri, version)
    if (version === null) this.#due.delete(uri)
    else this.#due.add(uri)
    this.soon()
  }

  soon(): void {
    this.stop()
    const turn = ++this.#turn
    this.#checking = setTimeout(() => this.#guard(() => this.#publish('provisional')), SETTLED)
    this.#linting = setTimeout(() => this.#guard(() => this.#lint(turn)), IDLE)
  }

  stop(): void {
    clearTimeout(this.#checking)
    clearTimeout(this.#linting)
  }

  /** A fault of ours in one text must not end the server: the next edit may be past it. */
  #guard(publish: () => void | Promise<void>): void {
    const report = (error: unknown) => this.#connection.console.error(error instanceof Error ? `${error.stack}` : String(error))
    Promise.resolve().then(publish).catch(report)
  }

  async #lint(turn: number): Promise<void> {
    for (const project of this.#workspace.projects) {
      // After a change there is another turn.
      if ((await project.lintedInSteps()) === null || turn !== this.#turn) return
    }
    this.#publish('linted')
    this.#due.clear()
  }

  #publish(what: 'provisional' | 'linted'): void {
    const found = new Map<string, Diagnostic[]>()
    for (const project of this.#workspace.projects) {
      for (const [uri, diagnostics] of diagnosticsOf(this.#workspace, project, project[what])) found.set(uri, diagnostics)
    }
    for (const [uri, diagnostics] of configDiagnosticsOf(this.#workspace)) found.set(uri, diagnostics)
    // Sources that are no longer read have none.
    for (const uri of [...this.#sent.keys(), ...this.#due]) if (!found.has(uri)) found.set(uri, [])
    for (const [uri, diagnostics] of found) this.#send(uri, diagnostics)
  }

  #send(uri: string, diagnostics: Diagnostic[]): void {
    const text = diagnostics.length === 0 ? '' : JSON.stringify(diagnostics)
    if ((this.#sent.get(uri) ?? '') === text && !this.#due.has(uri)) return
    if (text === '') this.#sent.delete(uri)
    else this.#sent.set(uri, text)
    const version = this.#versions.get(uri)
    void this.#connection.sendDiagnostics({ uri, diagnostics, ...(version === undefined ? {} : { version }) })
  }
}
