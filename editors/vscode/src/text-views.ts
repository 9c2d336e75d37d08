import { type Disposable, EventEmitter, Uri, ViewColumn, window, workspace } from 'vscode'

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

  /**
   * Shows a text beside the editor, in place of an earlier one of this name.
   *
   * @param name a file name, whose extension says the language
   */
  async show(name: string, text: string): Promise<void> {
    const uri = Uri.from({ scheme: SCHEME, path: `/${name}` })
    this.#texts.set(uri.toString(), text)
    this.#changed.fire(uri)
    const document = await workspace.openTextDocument(uri)
    await window.showTextDocument(document, { viewColumn: ViewColumn.Beside, preserveFocus: true, preview: true })
  }

  dispose(): void {
    for (const each of this.#disposables) each.dispose()
  }
}
