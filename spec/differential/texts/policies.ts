/** Policies that people wrote: those of the examples, of the conformance suite, and of the formatter, which have every construct. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'

export interface PolicyFile {
  /** From the root of the project. */
  readonly name: string
  readonly text: string
  /** Another file of its project. */
  read(name: string): string | null
}

/** @param root the project's, with a slash at its end */
export function policyFiles(root: string): readonly PolicyFile[] {
  return ['examples', 'spec/conformance', 'language/format/fixtures'].flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.iap'))
      .sort()
      .map((name) => policyFile(join(root, folder, name), root)),
  )
}

function policyFile(path: string, root: string): PolicyFile {
  const folder = dirname(path)
  const known = new Map<string, string | null>()
  const read = (name: string) => (existsSync(join(folder, name)) ? readFileSync(join(folder, name), 'utf8') : null)
  return {
    name: relative(root, path),
    text: readFileSync(path, 'utf8'),
    read(name) {
      if (!known.has(name)) known.set(name, read(name))
      return known.get(name) ?? null
    },
  }
}
