/** Checks `[…]` and `{…}`. */
import {
  duplicateKey,
  emptyList,
  emptyMap,
  listElements,
  mapKey,
  mapValues,
  nestedOptional,
} from '../../../diagnostics/catalogue/types.ts'
import { report } from '../../../diagnostics/report.ts'
import type { Expression, ListLiteral, MapLiteral, StringLiteral } from '../../../syntax/ast.ts'
import { isScalar, isString, joinTypes, literals, showType, type Type, UNKNOWN } from '../../types/type.ts'
import { type ExpressionContext, withChanges } from '../expression-context.ts'
import type { FlowFacts } from '../flow/narrowing.ts'
import { isEmptyLiteral, rankOf } from './takes-its-type.ts'

type Problem = typeof listElements

export function checkList(list: ListLiteral, known: FlowFacts, context: ExpressionContext, expected: Type | undefined): Type {
  const wanted = expected?.kind === 'list' || expected?.kind === 'set' ? expected : null
  if (list.elements.length === 0) {
    // Beside a reported mistake nothing is known, and nothing more is reported.
    if (wanted === null && expected?.kind !== 'unknown') context.diagnostics.push(report(emptyList, list.span, {}))
    return wanted ?? UNKNOWN
  }
  const element = checkAll(list.elements, known, context, wanted?.element, listElements)
  if (element === null) return UNKNOWN
  return { kind: wanted?.kind === 'set' && isScalar(element) ? 'set' : 'list', element }
}

export function checkMap(map: MapLiteral, known: FlowFacts, context: ExpressionContext, expected: Type | undefined): Type {
  const wanted = expected?.kind === 'map' ? expected : null
  const keys = new Map<string, StringLiteral>()
  for (const { key } of map.entries) {
    if (key.kind !== 'StringLiteral') {
      // Its diagnostics would repeat this one.
      context.check(key, known, withChanges(context, { diagnostics: [] }))
      context.diagnostics.push(report(mapKey, key.span, {}))
      continue
    }
    context.check(key, known, context)
    const first = keys.get(key.value)
    if (first !== undefined) {
      const related = [{ message: 'first written here', span: first.span }]
      context.diagnostics.push(report(duplicateKey, key.span, { key: key.value }, related))
    }
    keys.set(key.value, first ?? key)
  }
  if (map.entries.length === 0) {
    if (wanted === null && expected?.kind !== 'unknown') context.diagnostics.push(report(emptyMap, map.span, {}))
    return wanted ?? UNKNOWN
  }
  const values = map.entries.map((entry) => entry.value)
  const value = checkAll(values, known, context, wanted?.value, mapValues)
  return value === null ? UNKNOWN : { kind: 'map', value }
}

/** Returns the common type of the items; null if they have none, which is reported. */
function checkAll(
  items: readonly Expression[],
  known: FlowFacts,
  context: ExpressionContext,
  wanted: Type | undefined,
  problem: Problem,
): Type | null {
  let common: Type | null = null
  let failed = false
  const texts: string[] = []
  // Items without a type of their own take it from the others.
  const ordered = items.some(isEmptyLiteral) ? [...items].sort((a, b) => rankOf(a) - rankOf(b)) : items
  for (const item of ordered) {
    const { type } = context.check(item, known, context, wanted ?? common ?? undefined)
    if (type.kind === 'optional') {
      context.diagnostics.push(report(nestedOptional, item.span, { within: problem === listElements ? 'a list' : 'a map' }))
      failed = true
    }
    // Texts are joined once at the end: long lists of texts are common, and each join sorts.
    if (item.kind === 'StringLiteral') texts.push(item.value)
    if (failed || (common !== null && item.kind === 'StringLiteral' && isString(common))) continue
    const joined: Type | null = common === null ? type : joinTypes(common, type)
    if (joined === null) {
      context.diagnostics.push(report(problem, item.span, { left: showType(common as Type), right: showType(type) }))
      failed = true
    }
    common = joined
  }
  if (failed) return null
  return common?.kind === 'literals' ? joinTypes(common, literals(texts)) : common
}
