import type { Declaration, File } from '../syntax/ast.ts'

/**
 * Returns a function of a file that computes its result once: a check in an editor or in watch mode has the same trees as the one
 * before, for all files but one.
 */
export function ofFile<T>(compute: (file: File) => T): (file: File) => T {
  const known = new WeakMap<File, { readonly result: T }>()
  return (file) => {
    const before = known.get(file)
    if (before !== undefined) return before.result
    const result = compute(file)
    known.set(file, { result })
    return result
  }
}

/** Returns the declarations of a kind in a file, in text order. */
export function declarationsIn<K extends Declaration['kind']>(file: File, kind: K): readonly Extract<Declaration, { kind: K }>[] {
  return (byKind(file).get(kind) ?? []) as readonly Declaration[] as readonly Extract<Declaration, { kind: K }>[]
}

const byKind = ofFile(({ declarations }) => {
  const found = new Map<Declaration['kind'], Declaration[]>()
  for (const one of declarations) {
    const others = found.get(one.kind)
    if (others === undefined) found.set(one.kind, [one])
    else others.push(one)
  }
  return found
})
