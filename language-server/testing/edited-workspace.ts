/** Test helper: a workspace of texts, in which edits of the protocol can be made. */

import { TextDocument } from 'vscode-languageserver-textdocument'
import type { TextEdit, WorkspaceEdit } from 'vscode-languageserver-types'
import { TextFiles } from '../workspace/files.ts'
import { type PolicyFile, Workspace } from '../workspace/workspace.ts'

export class EditedWorkspace extends Workspace {
  readonly #texts: Map<string, string>

  constructor(texts: Readonly<Record<string, string>>) {
    super(new TextFiles())
    this.addFolder('file:///w')
    this.#texts = new Map(Object.entries(texts))
    for (const [name, text] of this.#texts) this.setText(`file:///w/${name}`, text)
  }

  policy(name: string): PolicyFile {
    const policy = this.policyAt(`file:///w/${name}`)
    if (policy === null) throw new Error(`there is no ${name}`)
    return policy
  }

  /** Makes an edit, and returns the new texts. */
  apply({ changes = {} }: WorkspaceEdit): Readonly<Record<string, string>> {
    for (const [uri, edits] of Object.entries(changes)) {
      const name = uri.slice('file:///w/'.length)
      const text = applied(this.#texts.get(name) ?? '', edits)
      this.#texts.set(name, text)
      this.setText(uri, text)
    }
    return Object.fromEntries(this.#texts)
  }

  /** Returns the messages of all errors. */
  errors(name: string): readonly string[] {
    const { diagnostics } = this.policy(name).project.checked
    return diagnostics.filter(({ severity }) => severity === 'error').map(({ message }) => message)
  }
}

function applied(text: string, edits: TextEdit[]): string {
  return TextDocument.applyEdits(TextDocument.create('', 'iap', 1, text), edits)
}
