import { commandsReference } from './commands-reference.ts'
import { configurationReference, type SchemaNode } from './configuration-reference.ts'
import { type OpenApi, routesReference } from './routes-reference.ts'

/** Reads a file of the project, by its path from the root. */
export type Read = (path: string) => string

const GENERATED = '<!-- generated: npm run generate:reference -->'
const END = '<!-- end of what is generated -->'

/** Returns the pages of the reference that have a generated part, by their paths from the root. */
export function referencePages(read: Read): ReadonlyMap<string, string> {
  const json = (path: string): unknown => JSON.parse(read(path))
  const parts: Readonly<Record<string, string>> = {
    'docs/reference/commands.md': commandsReference(),
    'docs/reference/configuration-keys.md': configurationReference(
      json('runtime/server/config/config.schema.json') as SchemaNode,
    ),
    'docs/reference/admin-routes.md': routesReference(json('runtime/server/admin/openapi.json') as OpenApi),
  }
  return new Map(Object.entries(parts).map(([path, part]) => [path, withPart(path, read(path), part)]))
}

/** Returns a page with another generated part. @throws Error if the page lacks the marks of that part */
function withPart(path: string, page: string, part: string): string {
  const [before, rest] = page.split(`${GENERATED}\n`)
  const after = rest?.split(END)[1]
  if (before === undefined || after === undefined) throw new Error(`${path}: expected the lines \`${GENERATED}\` and \`${END}\``)
  return `${before}${GENERATED}\n\n${part.trim()}\n\n${END}${after}`
}
