import { BUILTIN_NAMES, overloadsNamed, type Signature } from '../../../builtins/index.ts'
import { unknownFunction } from '../../../diagnostics/catalogue/calls.ts'
import { functionCalled } from '../../../diagnostics/other-words.ts'
import { renameTo, report } from '../../../diagnostics/report.ts'
import { nearest } from '../../../diagnostics/suggest.ts'
import type { Call } from '../../../syntax/ast.ts'
import type { ExpressionContext } from '../expression-context.ts'
import { type CallForm, hasForm } from './call-form.ts'

/** The only clock; it is a field, not a function. */
const NOW = 'request.time'
const MACROS = ['all', 'exists', 'exists_one', 'filter', 'map', 'optMap']

/** Returns whether the user probably meant a macro: the arguments use a variable that is not declared. */
export function isMeantAsMacro({ name, arguments: given }: Call, form: CallForm, context: ExpressionContext): boolean {
  if (given.length < 2) return false
  return MACROS.includes(form.kind === 'method' ? (suggestionFor(name.text, form, context) ?? '') : name.text)
}

/** Reports a call of a name that no function has, or none in this form. */
export function reportUnknownFunction({ name }: Call, form: CallForm, context: ExpressionContext): void {
  const { scope, file, place, diagnostics } = context
  const named = form.kind === 'namespace' ? form.name : name.text
  if (form.kind !== 'method' && place !== 'standalone' && scope.isBroken(file, named)) return
  const [other] = overloadsNamed(name.text)
  const suggestion = other === undefined ? suggestionFor(name.text, form, context) : null
  const isBare = form.kind === 'function' && place !== 'standalone'
  const imported = isBare ? scope.elsewhere(file, name.text, ['DefDeclaration']) : null
  const words = {
    name: form.kind === 'namespace' ? `${form.name}.${name.text}` : name.text,
    written: other === undefined ? writtenOtherwise(name.text, form, context) : writtenAs(other.signature),
    suggestion,
    elsewhere: imported?.path ?? null,
  }
  const isName = suggestion !== null && /^(?:!|[\w.]+)$/.test(suggestion) && suggestion !== NOW
  const fixes = imported?.fixes ?? renameTo(isName ? suggestion : null, name.span)
  diagnostics.push(report(unknownFunction, name.span, words, [], fixes))
}

function suggestionFor(name: string, form: CallForm, { scope, file, place }: ExpressionContext): string | null {
  const known = BUILTIN_NAMES.filter((one) => overloadsNamed(one).some((candidate) => hasForm(candidate, form)))
  const elsewhere = calledElsewhere(name, form)
  if (elsewhere !== null || form.kind === 'method') return elsewhere ?? nearest(name, [...known, ...MACROS])
  return form.kind === 'function' && place !== 'standalone'
    ? scope.nearest(file, name, ['DefDeclaration'], known)
    : nearest(name, known)
}

/** Returns the built-in for another language's function name, in the same form if there is one. */
function calledElsewhere(name: string, form: CallForm): string | null {
  const called = functionCalled(name)
  if (called === null || form.kind === 'namespace') return null
  const isMethod = form.kind === 'method'
  if (called === '!' || called === NOW || called.startsWith('math.')) return isMethod ? null : called
  if (MACROS.includes(called)) return isMethod ? called : `x.${called}(v, …)`
  const overloads = overloadsNamed(called)
  if (overloads.some((candidate) => hasForm(candidate, form))) return called
  const [first] = overloads
  return first === undefined ? null : writtenAs(first.signature)
}

/** Returns how to write a function that exists in another form. */
function writtenAs({ name, namespace, receiver }: Signature): string {
  if (namespace !== null) return `${namespace}.${name}(…)`
  return receiver === null ? `${name}(…)` : `x.${name}(…)`
}

function writtenOtherwise(name: string, form: CallForm, { scope, file, place }: ExpressionContext): string | null {
  if (form.kind === 'function' && MACROS.includes(name)) return `x.${name}(v, …)`
  const found = form.kind === 'method' && place !== 'standalone' ? scope.find(file, name) : null
  return found?.kind === 'DefDeclaration' ? `${name}(…)` : null
}
