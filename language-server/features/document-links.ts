import type { DocumentLink } from 'vscode-languageserver-types'
import { resolvePath, type Text, visit } from '../../language/index.ts'
import { rangeOf } from '../text/positions.ts'
import type { PolicyFile, Workspace } from '../workspace/workspace.ts'

/** Returns the links of a policy: imported policies, schemas, OpenAPI documents and JSON values. */
export function linksOf(workspace: Workspace, { project, file, source }: PolicyFile): DocumentLink[] {
  const links: DocumentLink[] = []
  const add = (text: Text) => {
    const [path = ''] = text.value.split('#')
    if (path === '' || text.span.end - text.span.start < 3) return
    const target = resolvePath(source.name, path, [''])
    if (!target.ok) return
    const range = rangeOf({ source, start: text.span.start + 1, end: text.span.end - 1 })
    links.push({ range, target: workspace.uriOf(project, target.name), tooltip: target.name })
  }
  visit(file, (node) => {
    if (node.kind === 'Import' || node.kind === 'SchemaBody' || node.kind === 'JsonFile') add(node.from)
    else if (node.kind === 'ServiceDeclaration' && node.openapi !== null) add(node.openapi)
  })
  return links
}
