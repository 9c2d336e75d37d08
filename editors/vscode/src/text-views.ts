import { type Disposable, EventEmitter, languages, Uri, ViewColumn, window, workspace } from 'vscode'

const SCHEME = 'iap-view'

/** Read-only documents with results. A text is kept for as long as its document is open. */
export class TextViews implements Disposable {
  readonly #texts = new Map<string, string>()
  readonly #changed = new EventEmitter<Uri>()
  readonly #disposables: readonly Disposable[]

  constructor() {
    this.#disposables = [
      this.#changed,
      workspace.registerTextDocumentContentProvider(SCHEME, {
        onDidChange: this.#changed.event,
        provideTextDocumentContent: (uri) => this.#texts.get(uri.toString()) ?? '',
      }),
      workspace.onDidCloseTextDocument(({ uri }) => this.#texts.delete(uri.toString())),
    ]
  }

  /** Shows a text beside the editor, in place of an earlier one of this title. */
  async show(title: string, text: string, language = 'plaintext'): Promise<void> {
    const uri = Uri.from({ scheme: SCHEME, path: `/${title}` })
    this.#texts.set(uri.toString(), text)
    this.#changed.fire(uri)
    const document = await languages.setTextDocumentLanguage(await workspace.openTextDocument(uri), language)
    await window.showTextDocument(document, { viewColumn: ViewColumn.Beside, preserveFocus: true, preview: true })
  }

  dispose(): void {
    for (const each of this.#disposables) each.dispose()
  }
}
