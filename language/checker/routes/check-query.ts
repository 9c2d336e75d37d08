import { queryKey, queryKeysAlike, queryType } from '../../diagnostics/catalogue/policy.ts'
import type { Diagnostic } from '../../diagnostics/diagnostic.ts'
import { report } from '../../diagnostics/report.ts'
import type { Field, File } from '../../syntax/ast.ts'
import type { TypeResolver } from '../types/resolve-type.ts'
import { type FieldShape, showType, type Type } from '../types/type.ts'

/** The types that a query's text can be parsed as. */
const SCALARS: ReadonlySet<Type['kind']> = new Set([
  ...(['bool', 'int', 'double', 'string', 'literals', 'timestamp', 'duration', 'ip', 'cidr', 'unknown'] as const),
])

/**
 * Returns the reason for which a query key cannot be declared; null if it can. Some servers parse the text after a bracket as
 * parts of one key, so the decoder refuses brackets after every declared key. The other refused characters have a meaning in
 * URLs.
 */
export function keyProblem(key: string): string | null {
  if (/[[\]]/.test(key)) return 'brackets make it part of another key'
  return /^[!-~]+$/.test(key) && !/[&=;+#%]/.test(key) ? null : 'it contains a character that is not allowed in a key'
}

/**
 * Checks the query keys that a route declares, and returns their types by name: scalars, and lists and sets of scalars for keys
 * that may repeat.
 */
export function checkQuery(
  fields: readonly Field[],
  file: File,
  resolver: TypeResolver,
  diagnostics: Diagnostic[],
): ReadonlyMap<string, FieldShape> {
  const shapes = resolver.fieldsOf(fields, file)
  const folded = new Map<string, Field>()
  const looked = new Set<string>()
  for (const field of fields) {
    const { text } = field.name
    const shape = shapes.get(text)
    // A duplicate of the same name was reported.
    if (shape === undefined || looked.has(text)) continue
    looked.add(text)
    const { type } = shape
    const [from, second] = field.from
    const problem = second === undefined ? keyProblem(from?.value ?? text) : 'it is one text, not a path'
    if (problem !== null) diagnostics.push(report(queryKey, (second ?? from ?? field.name).span, { name: text, why: problem }))
    if (!SCALARS.has(type.kind === 'list' || type.kind === 'set' ? type.element.kind : type.kind)) {
      diagnostics.push(report(queryType, field.type.span, { name: text, type: showType(type) }))
    }
    const key = (from?.value ?? text).toLowerCase()
    const first = folded.get(key)
    folded.set(key, first ?? field)
    if (first === undefined) continue
    const related = [{ message: 'the other one is declared here', span: first.name.span }]
    diagnostics.push(report(queryKeysAlike, field.name.span, { a: first.name.text, b: text }, related))
  }
  return shapes
}
