import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { builtinModules } from 'node:module'
import { dirname, posix } from 'node:path'
import { build } from 'esbuild'
import { boxes, boxOf } from './arrows.ts'

/** One import, as the file that it stands in says it. */
export interface Edge {
  readonly from: string
  /** A path from the root, a package (`@a/b`), or `node:`. */
  readonly to: string
}

/** Every source file of every box, tests left out, as paths from the root. */
export function sourceFiles(root: string): readonly string[] {
  const files = Object.keys(boxes)
    .filter((box) => existsSync(`${root}/${box}`))
    .flatMap((box) =>
      readdirSync(`${root}/${box}`, { recursive: true }).map((path) => `${box}/${String(path).replaceAll('\\', '/')}`),
    )
  return [...new Set(files)].filter((path) => /\.[jt]s$/.test(path) && !/\.test\.ts$|\.d\.ts$|\/templates\//.test(path)).sort()
}

/** What is left when types are erased, as esbuild resolves it. */
export async function builtEdges(root: string): Promise<readonly Edge[]> {
  const { metafile } = await build({
    absWorkingDir: root,
    // One entry that imports them all: as many entries would be as many bundles, with most files in each.
    stdin: {
      contents: sourceFiles(root)
        .map((path) => `import './${path}'\n`)
        .join(''),
      resolveDir: root,
    },
    bundle: true,
    write: false,
    platform: 'node',
    format: 'esm',
    packages: 'external',
    metafile: true,
    logLevel: 'silent',
  })
  return Object.entries(metafile.inputs).flatMap(([from, { imports }]) =>
    from === '<stdin>' ? [] : imports.map(({ path, external }) => ({ from, to: external ? targetOf(from, path) : path })),
  )
}

/** What the text says, `import type` and `import('…')` in types included, which esbuild never sees. */
export function writtenEdges(root: string): readonly Edge[] {
  return sourceFiles(root).flatMap((from) =>
    specifiersIn(readFileSync(`${root}/${from}`, 'utf8')).map((specifier) => ({
      from,
      to: targetOf(from, specifier),
    })),
  )
}

function specifiersIn(text: string): readonly string[] {
  const statement = /^\s*(?:import|export)\b(?:[^'"`;]*?\bfrom)?\s*['"]([^'"\n]+)['"]/gm
  const call = /\b(?:import|require)\(\s*['"]([^'"\n]+)['"]/g
  return [statement, call].flatMap((pattern) => [...text.matchAll(pattern)].map((match) => match[1] as string))
}

/** A path from the root for a relative specifier, else the package. */
function targetOf(from: string, specifier: string): string {
  if (specifier.startsWith('.')) return posix.join(dirname(from), specifier)
  const name = /^(?:@[^/]+\/)?[^/]+/.exec(specifier)?.[0] ?? specifier
  return name.startsWith('node:') || builtinModules.includes(name) ? 'node:' : name
}

/** A sentence for each edge that the table does not allow, sorted, each once. */
export function violations(edges: readonly Edge[]): readonly string[] {
  const found = edges.flatMap(({ from, to }) => {
    const box = boxOf(from)
    if (box === null) return []
    const { from: allowed, packages } = boxes[box] as NonNullable<(typeof boxes)[string]>
    const isPath = to.includes('/') && !to.startsWith('@')
    const target = boxOf(to)
    const fits = isPath ? target !== null && (target === box || allowed.includes(target)) : packages.includes(to)
    return fits ? [] : [`${from} imports ${to}`]
  })
  return [...new Set(found)].sort()
}
