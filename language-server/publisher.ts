import type { Connection } from 'vscode-languageserver'
import type { Diagnostic } from 'vscode-languageserver-types'
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
  #checking: ReturnType<typeof setTimeout> | undefined
  #linting: ReturnType<typeof setTimeout> | undefined

  constructor(connection: Connection, workspace: Workspace) {
    this.#connection = connection
    this.#workspace = workspace
  }

  /**
   * Notes the version of an open document; null if it was closed. Its diagnostics are sent also if they are the same as before: those
   * of the check, and then those with warnings.
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
    this.#checking = setTimeout(() => this.#publish('check'), SETTLED)
    this.#linting = setTimeout(() => this.#publish('lint'), IDLE)
  }

  stop(): void {
    clearTimeout(this.#checking)
    clearTimeout(this.#linting)
  }

  #publish(what: 'check' | 'lint'): void {
    const found = new Map<string, Diagnostic[]>()
    for (const project of this.#workspace.projects) {
      const findings = what === 'check' ? project.checked.diagnostics : project.linted
      for (const [uri, diagnostics] of diagnosticsOf(this.#workspace, project, findings)) found.set(uri, diagnostics)
    }
    // Sources that are no longer read have none.
    for (const uri of [...this.#sent.keys(), ...this.#due]) if (!found.has(uri)) found.set(uri, [])
    for (const [uri, diagnostics] of found) this.#send(uri, diagnostics)
    if (what === 'lint') this.#due.clear()
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
