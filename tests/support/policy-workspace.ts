import { TextFiles, Workspace } from '../../language-server/index.ts'

/** Returns a workspace of the folder `/w` with some texts. */
export function workspaceOf(texts: Readonly<Record<string, string>>): Workspace {
  const files = new TextFiles()
  for (const [name, text] of Object.entries(texts)) files.set(`/w/${name}`, text)
  const workspace = new Workspace(files)
  workspace.addFolder('file:///w')
  return workspace
}

export const uriIn = (name: string) => `file:///w/${name}`

/** Returns a text without its mark `‸`, and the offset of that. */
export function withoutCursor(marked: string): { readonly text: string; readonly offset: number } {
  const offset = marked.indexOf('‸')
  if (offset === -1) throw new Error(`no mark in ${marked}`)
  return { text: marked.replace('‸', ''), offset }
}
