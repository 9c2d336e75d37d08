import { type LSPClient, LSPPlugin, Workspace, type WorkspaceFile } from '@codemirror/lsp-client'
import type { Text } from '@codemirror/state'
import type { EditorView } from '@codemirror/view'

interface OpenFile extends WorkspaceFile {
  version: number
  doc: Text
  readonly view: EditorView
}

/** All files of the project are open, each in one editor, of which one is in view. */
export class OpenFiles extends Workspace {
  files: OpenFile[] = []
  readonly #show: (uri: string) => EditorView | null
  /** A file that is opened anew must not have an older version. */
  #versions = 0

  /** @param show brings a file into view */
  constructor(client: LSPClient, show: (uri: string) => EditorView | null) {
    super(client)
    this.#show = show
  }

  override syncFiles() {
    return this.files.flatMap((file) => {
      const plugin = LSPPlugin.get(file.view)
      if (plugin === null || plugin.unsyncedChanges.empty) return []
      const update = { file, prevDoc: file.doc, changes: plugin.unsyncedChanges }
      file.doc = file.view.state.doc
      file.version = ++this.#versions
      plugin.clear()
      return [update]
    })
  }

  override openFile(uri: string, languageId: string, view: EditorView): void {
    const file: OpenFile = { uri, languageId, version: ++this.#versions, doc: view.state.doc, view, getView: () => view }
    this.files.push(file)
    this.client.didOpen(file)
  }

  override closeFile(uri: string): void {
    this.files = this.files.filter((file) => file.uri !== uri)
    this.client.didClose(uri)
  }

  override async displayFile(uri: string): Promise<EditorView | null> {
    return this.#show(uri)
  }
}
