import type { SourceFile } from 'typescript/unstable/ast'
import { createVirtualFileSystem } from 'typescript/unstable/fs'
import { API } from 'typescript/unstable/sync'

/** A source file: its path, relative with `/`, and its text. */
export interface SourceText {
  readonly path: string
  readonly text: string
}

const ROOT = '/sources'

/**
 * Parses TypeScript and JavaScript files without resolving their imports.
 *
 * @param visit called for each file in the given order; the tree is valid only during the call
 */
export function parseSources(sources: readonly SourceText[], visit: (file: SourceFile, source: SourceText) => void): void {
  const config = {
    compilerOptions: { allowJs: true, noResolve: true, noLib: true, types: [], target: 'esnext', module: 'preserve' },
    files: sources.map(({ path }) => path),
  }
  const files = Object.fromEntries(sources.map(({ path, text }) => [`${ROOT}/${path}`, text]))
  const project = `${ROOT}/tsconfig.json`
  const api = new API({ cwd: ROOT, fs: createVirtualFileSystem({ ...files, [project]: JSON.stringify(config) }) })
  try {
    const program = api.updateSnapshot({ openProjects: [project] }).getProject(project)?.program
    for (const source of sources) {
      const file = program?.getSourceFile(`${ROOT}/${source.path}`)
      if (file === undefined) throw new Error(`${source.path}: not parsed`)
      visit(file, source)
    }
  } finally {
    api.close()
  }
}
