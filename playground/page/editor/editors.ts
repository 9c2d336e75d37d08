/** The editors of the files, one for each, in a shadow root: there their styles need no exception of the content security policy. */
import { autocompletion, closeBrackets, closeBracketsKeymap, completionKeymap } from '@codemirror/autocomplete'
import { defaultKeymap, history, historyKeymap } from '@codemirror/commands'
import { bracketMatching } from '@codemirror/language'
import { lintGutter, lintKeymap } from '@codemirror/lint'
import { LSPClient, languageServerExtensions } from '@codemirror/lsp-client'
import { EditorState } from '@codemirror/state'
import {
  drawSelection,
  EditorView,
  highlightActiveLine,
  highlightActiveLineGutter,
  highlightSpecialChars,
  keymap,
  lineNumbers,
} from '@codemirror/view'
import type { Mark } from '../panels/tests.ts'
import { nameOf, type Project, ROOT, uriOf } from '../project.ts'
import { appearance } from './appearance.ts'
import { coverageGutter, showCoverage } from './coverage-gutter.ts'
import { dataLanguage, policyLanguage } from './language.ts'
import { OpenFiles } from './open-files.ts'
import { sanitize } from './sanitize.ts'
import { semanticColors } from './semantic-colors.ts'

/** Problems of a file, by severity. */
export interface Problems {
  readonly errors: number
  readonly warnings: number
  /** Where the first error is, else the first warning; null if there is none. */
  readonly first: { readonly line: number; readonly column: number; readonly message: string } | null
}

export interface EditorOptions {
  readonly host: HTMLElement
  readonly project: Project
  readonly isReadOnly: boolean
  readonly startWorker: () => Worker
  /** Called when the language server has checked a file. */
  readonly foundProblems: (name: string, problems: Problems) => void
}

interface PublishedDiagnostics {
  readonly uri: string
  readonly diagnostics: readonly {
    readonly severity?: number
    readonly message: string
    readonly range: { readonly start: { readonly line: number; readonly character: number } }
  }[]
}

const ERROR = 1
const WARNING = 2

export class Editors {
  readonly #options: EditorOptions
  readonly #root: ShadowRoot
  readonly #client: LSPClient
  readonly #views = new Map<string, EditorView>()
  #marks: readonly Mark[] = []

  constructor(options: EditorOptions) {
    this.#options = options
    this.#root = options.host.attachShadow({ mode: 'open' })
    const rules = new CSSStyleSheet()
    rules.replaceSync(':host, .editor { height: 100%; min-height: 0 } [hidden] { display: none }')
    this.#root.adoptedStyleSheets = [rules]
    this.#client = new LSPClient({
      rootUri: ROOT,
      timeout: 20_000,
      sanitizeHTML: sanitize,
      workspace: (client) => new OpenFiles(client, (uri) => this.#show(nameOf(uri))),
      notificationHandlers: { 'textDocument/publishDiagnostics': (_, params) => this.#received(params) },
      extensions: languageServerExtensions(),
    })
    this.update()
    this.#connect()
  }

  /** Makes the editors those of the files of the project, and shows the file in view. */
  update(): void {
    const { project } = this.#options
    const files = new Map(project.files.map(({ name, text }) => [name, text]))
    for (const [name, view] of this.#views) {
      if (files.has(name)) continue
      view.dom.parentElement?.remove()
      view.destroy()
      this.#views.delete(name)
    }
    for (const [name, text] of files) {
      const view = this.#views.get(name)
      if (view === undefined) this.#views.set(name, this.#created(name, text))
      else if (view.state.doc.toString() !== text)
        view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: text } })
    }
    for (const [name, { dom }] of this.#views) if (dom.parentElement !== null) dom.parentElement.hidden = name !== project.open
    this.#views.get(project.open)?.requestMeasure()
  }

  /** Shows a place of a file, and moves the focus there. Lines and columns are from 1. */
  reveal(name: string, line: number, column: number): void {
    const view = this.#show(name)
    if (view === null) return
    const { doc } = view.state
    const at = doc.line(Math.min(Math.max(line, 1), doc.lines))
    const anchor = Math.min(at.from + column - 1, at.to)
    view.dispatch({ selection: { anchor }, effects: EditorView.scrollIntoView(anchor, { y: 'center' }) })
    view.focus()
  }

  showCoverage(marks: readonly Mark[]): void {
    this.#marks = marks
    for (const [name, view] of this.#views) this.#mark(name, view)
  }

  #mark(name: string, view: EditorView): void {
    const uri = uriOf(name)
    showCoverage(
      view,
      this.#marks.filter((mark) => mark.uri === uri),
    )
  }

  #show(name: string): EditorView | null {
    this.#options.project.open = name
    this.update()
    return this.#views.get(name) ?? null
  }

  #created(name: string, text: string): EditorView {
    const { project, isReadOnly } = this.#options
    const isPolicy = name.endsWith('.iap')
    const parent = document.createElement('div')
    parent.className = 'editor'
    this.#root.append(parent)
    const view = new EditorView({
      parent,
      root: this.#root,
      state: EditorState.create({
        doc: text,
        extensions: [
          ...[coverageGutter(), lineNumbers(), highlightActiveLineGutter(), highlightSpecialChars(), history(), drawSelection()],
          ...[bracketMatching(), closeBrackets(), autocompletion(), highlightActiveLine(), lintGutter()],
          // Tab is not bound: it moves the focus out of the editor.
          keymap.of([...closeBracketsKeymap, ...defaultKeymap, ...historyKeymap, ...completionKeymap, ...lintKeymap]),
          isPolicy ? policyLanguage : dataLanguage,
          appearance,
          EditorState.readOnly.of(isReadOnly),
          EditorView.contentAttributes.of({ 'aria-label': `Text of ${name}`, tabindex: '0' }),
          EditorView.updateListener.of(({ docChanged, state }) => {
            if (docChanged) project.setText(name, state.doc.toString())
          }),
          this.#client.plugin(uriOf(name), isPolicy ? 'iap' : 'yaml'),
          ...(isPolicy ? [semanticColors()] : []),
        ],
      }),
    })
    this.#mark(name, view)
    return view
  }

  #connect(): void {
    const worker = this.#options.startWorker()
    const handlers = new Map<(value: string) => void, (event: MessageEvent) => void>()
    this.#client.connect({
      send: (message) => worker.postMessage(JSON.parse(message)),
      subscribe: (handler) => {
        const listener = ({ data }: MessageEvent) => this.#deliver(worker, data, handler)
        handlers.set(handler, listener)
        worker.addEventListener('message', listener)
      },
      unsubscribe: (handler) => {
        const listener = handlers.get(handler)
        if (listener !== undefined) worker.removeEventListener('message', listener)
      },
    })
  }

  /** The client answers no requests of the server. The server asks for settings, and takes its defaults. */
  #deliver(worker: Worker, data: { readonly id?: unknown; readonly method?: unknown }, handler: (value: string) => void): void {
    if (data.method !== undefined && data.id !== undefined) worker.postMessage({ jsonrpc: '2.0', id: data.id, result: null })
    else handler(JSON.stringify(data))
  }

  /** Returns false, as the client shows the diagnostics. */
  #received({ uri, diagnostics }: PublishedDiagnostics): boolean {
    const of = (wanted: number) => diagnostics.filter(({ severity = ERROR }) => severity === wanted)
    const [first] = [...of(ERROR), ...of(WARNING)]
    this.#options.foundProblems(nameOf(uri), {
      errors: of(ERROR).length,
      warnings: of(WARNING).length,
      first:
        first === undefined
          ? null
          : { line: first.range.start.line + 1, column: first.range.start.character + 1, message: first.message },
    })
    return false
  }
}
