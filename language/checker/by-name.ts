import type { Name } from '../syntax/ast.ts'

/** Orders declarations by name, by UTF-16 units: an order that no file name and no locale can change. */
export function byName(a: { readonly name: Name }, b: { readonly name: Name }): number {
  return compareText(a.name.text, b.name.text)
}

export function compareText(a: string, b: string): number {
  if (a === b) return 0
  return a < b ? -1 : 1
}
