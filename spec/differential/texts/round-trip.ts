/** `parse ∘ format = identity` but for places, and `format ∘ format = format`. */
import { format, parse, renderDiagnostic, type Source } from '../../../language/index.ts'
import { messageOf } from '../disagreement.ts'
import type { Random } from '../generate/random.ts'
import { untidy } from './untidy.ts'

/** What is wrong with how a text is formatted; null: nothing. `tidy` is as it was written, then as nobody would write it. */
export function formattingProblem(source: Source, random: Random): string | null {
  const otherwise = { name: source.name, text: untidy(source.text, random) }
  const [tree, again] = [parse(source), parse(otherwise)]
  if (tree.diagnostics.length > 0) return `it has a mistake: ${tree.diagnostics[0]?.message}`
  const [misread] = again.diagnostics
  if (misread !== undefined) return `written untidily it has a mistake: ${renderDiagnostic(misread, { color: false })}`
  if (!sameTree(tree.result.declarations, again.result.declarations))
    return `written untidily it says something else:\n${otherwise.text}`
  return problemOf(source) ?? problemOf(otherwise)
}

function problemOf(source: Source): string | null {
  const { name } = source
  try {
    const once = format(source).text
    if (once === null) return `it has a mistake when it is formatted:\n${source.text}`
    const [before, after] = [parse(source).result, parse({ name, text: once }).result]
    if (!sameTree(before.imports, after.imports) || !sameTree(before.declarations, after.declarations))
      return `formatted it says something else:\n${source.text}\nis formatted as\n${once}`
    if (before.comments.length !== after.comments.length) return `formatted it has other comments:\n${source.text}`
    const twice = format({ name, text: once }).text
    return twice === once ? null : `it is formatted once as\n${once}\nand then as\n${twice}`
  } catch (error) {
    return `formatting threw ${messageOf(error)}:\n${source.text}`
  }
}

/** Equal but for places. */
export function sameTree(a: unknown, b: unknown): boolean {
  if (typeof a !== 'object' || a === null || typeof b !== 'object' || b === null) return Object.is(a, b)
  const keys = Object.keys(a).filter((key) => key !== 'span')
  if (keys.length !== Object.keys(b).filter((key) => key !== 'span').length) return false
  return keys.every((key) => sameTree((a as Record<string, unknown>)[key], (b as Record<string, unknown>)[key]))
}
