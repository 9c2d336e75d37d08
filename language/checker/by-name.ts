import type { Name } from '../syntax/ast.ts'

/** Compares declarations by the UTF-16 units of their names: an order that depends on no file name and no locale. */
export function byName(a: { readonly name: Name }, b: { readonly name: Name }): number {
  return compareText(a.name.text, b.name.text)
}

export function compareText(a: string, b: string): number {
  if (a === b) return 0
  return a < b ? -1 : 1
}
