import { posix } from 'node:path'

/** A file of the product, by its path from the root. */
export interface ProductFile {
  readonly path: string
  readonly text: string
}

export interface Figures {
  /** Groups of files that import each other, types included, the largest first. */
  readonly circles: readonly (readonly string[])[]
  /** Names that three or more files declare and export, with the files. */
  readonly sharedNames: ReadonlyMap<string, readonly string[]>
  /** Files of at most twelve lines of code that are no index and no entry of a list of like things. */
  readonly smallFiles: readonly string[]
  /** Folders with more than twenty files directly in them that are no lists of like things, with the number. */
  readonly crowdedFolders: ReadonlyMap<string, number>
  /** Lines of more than 130 columns, as `PATH:LINE`. */
  readonly longLines: readonly string[]
  /** Lines, by package. */
  readonly lines: ReadonlyMap<string, number>
}

const PACKAGES = ['language', 'request', 'compiler', 'analysis', 'interpreter', 'runtime', 'cli', 'sdk']
/** Packages of commits before, which `--root` measures. */
const FORMER = ['embed', 'spec/interpreter']
const SMALL = 12
const CROWDED = 20
const COLUMNS = 130
const SHARED = 3

/** Whether a committed path is one of the product: no test, fixture, golden or generated file. */
export function isProduct(path: string): boolean {
  return (
    [...PACKAGES, ...FORMER].some((name) => path.startsWith(`${name}/`)) &&
    path.endsWith('.ts') &&
    !/\.test\.ts$|\.d\.ts$|\.generated\.|\/(testing|fixtures?|golden|templates)\//.test(path)
  )
}

/**
 * Measures the structure of the product.
 *
 * @param lists folders of like things (commands, rules, passes …), whose files may be many and small
 */
export function measure(files: readonly ProductFile[], lists: readonly string[]): Figures {
  const isListed = ({ path }: ProductFile) => lists.includes(posix.dirname(path))
  const folders = countBy(files.filter((file) => !isListed(file)).map(({ path }) => posix.dirname(path)))
  return {
    circles: circlesIn(files),
    sharedNames: sharedNamesIn(files),
    smallFiles: files
      .filter((file) => !isListed(file) && posix.basename(file.path) !== 'index.ts' && codeLines(file.text) <= SMALL)
      .map(({ path }) => path),
    crowdedFolders: new Map([...folders].filter(([, count]) => count > CROWDED)),
    longLines: files.flatMap(({ path, text }) =>
      text.split('\n').flatMap((line, at) => ([...line].length > COLUMNS ? [`${path}:${at + 1}`] : [])),
    ),
    lines: sumBy(files),
  }
}

function sumBy(files: readonly ProductFile[]): ReadonlyMap<string, number> {
  const lines = new Map<string, number>()
  for (const { path, text } of files) {
    const name = [...PACKAGES, ...FORMER].find((each) => path.startsWith(`${each}/`)) as string
    lines.set(name, (lines.get(name) ?? 0) + text.split('\n').length - 1)
  }
  return lines
}

function countBy(names: readonly string[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>()
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1)
  return counts
}

/** Returns the number of lines that are neither blank nor a comment alone. */
function codeLines(text: string): number {
  return text
    .replace(/^\s*\/\*[\s\S]*?\*\/\s*$/gm, '')
    .split('\n')
    .filter((line) => !/^\s*(\/\/.*)?$/.test(line)).length
}

const DECLARATION = /^export (?:declare )?(?:abstract )?(?:async )?(?:const|let|function\*?|class|interface|type|enum) (\w+)/gm

function sharedNamesIn(files: readonly ProductFile[]): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, string[]>()
  for (const { path, text } of files) {
    // Overloads of a function are one declaration.
    for (const name of new Set([...text.matchAll(DECLARATION)].map(([, declared]) => declared as string)))
      found.set(name, [...(found.get(name) ?? []), path])
  }
  return new Map([...found].filter(([, paths]) => paths.length >= SHARED).sort(([, a], [, b]) => b.length - a.length))
}

const IMPORT = /^\s*(?:import|export)\b(?:[^'"`;]*?\bfrom)?\s*['"](\.[^'"\n]+)['"]|\bimport\(\s*['"](\.[^'"\n]+)['"]/gm

/** Returns the strongly connected components of the import graph that have more than one file (by the algorithm of Tarjan). */
function circlesIn(files: readonly ProductFile[]): readonly (readonly string[])[] {
  const imports = new Map(
    files.map(({ path, text }) => [
      path,
      [...text.matchAll(IMPORT)].map(([, statement, call]) => posix.join(posix.dirname(path), (statement ?? call) as string)),
    ]),
  )
  const order = new Map<string, number>()
  const lowest = new Map<string, number>()
  const open: string[] = []
  const circles: string[][] = []

  function visit(path: string): number {
    const number = order.size
    order.set(path, number)
    lowest.set(path, number)
    open.push(path)
    for (const target of imports.get(path) ?? []) {
      if (!imports.has(target)) continue
      if (!order.has(target)) lowest.set(path, Math.min(lowest.get(path) as number, visit(target)))
      else if (open.includes(target)) lowest.set(path, Math.min(lowest.get(path) as number, order.get(target) as number))
    }
    if (lowest.get(path) === number) {
      const circle = open.splice(open.indexOf(path))
      if (circle.length > 1) circles.push(circle.sort())
    }
    return lowest.get(path) as number
  }

  for (const path of imports.keys()) if (!order.has(path)) visit(path)
  return circles.sort((a, b) => b.length - a.length)
}
