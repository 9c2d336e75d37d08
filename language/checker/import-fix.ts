import type { Fix } from '../diagnostics/diagnostic.ts'
import type { File } from '../syntax/ast.ts'

/** Returns the fix that imports a name from its file: in an existing import from that file, or on a new line. */
export function importFix(
  name: string,
  declaredIn: string,
  file: File,
  importedFile: (file: File, from: string) => File | null,
): Fix {
  const title = `import \`${name}\``
  const before = file.imports.find(({ from }) => importedFile(file, from.value)?.span.source.name === declaredIn)
  const last = before?.names.at(-1)
  const { source } = file.span
  if (last !== undefined) {
    return { title, edits: [{ span: { source, start: last.span.end, end: last.span.end }, text: `, ${name}` }] }
  }
  const start = file.imports[0]?.span.start ?? (source.text.startsWith('\uFEFF') ? 1 : 0)
  const text = `import { ${name} } from "${relativePath(source.name, declaredIn)}"\n`
  return { title, edits: [{ span: { source, start, end: start }, text }] }
}

/** Returns the path by which one file imports another. Both arguments are names in the project. */
export function relativePath(importer: string, target: string): string {
  const from = importer.split('/').slice(0, -1)
  const to = target.split('/')
  let shared = 0
  while (shared < from.length && shared < to.length - 1 && from[shared] === to[shared]) shared += 1
  const up = from.slice(shared).map(() => '..')
  return [...(up.length === 0 ? ['.'] : up), ...to.slice(shared)].join('/')
}
