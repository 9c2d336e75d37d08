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
  #checking: ReturnType<typeof setTimeout> | undefined
  #linting: ReturnType<typeof setTimeout> | undefined

  constructor(connection: Connection, workspace: Workspace) {
    this.#connection = connection
    this.#workspace = workspace
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
    for (const uri of this.#sent.keys()) if (!found.has(uri)) found.set(uri, [])
    for (const [uri, diagnostics] of found) this.#send(uri, diagnostics)
  }

  #send(uri: string, diagnostics: Diagnostic[]): void {
    const text = diagnostics.length === 0 ? '' : JSON.stringify(diagnostics)
    if ((this.#sent.get(uri) ?? '') === text) return
    if (text === '') this.#sent.delete(uri)
    else this.#sent.set(uri, text)
    void this.#connection.sendDiagnostics({ uri, diagnostics })
  }
}
