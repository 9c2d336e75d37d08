/**
 * That the guards which the checker notes are needed. That there are enough of them is seen when conditions are evaluated: the interpreter
 * would read what is not there. Of too many nobody would hear, as both meanings believe them: an operand would count as erring where it
 * is false.
 */
import type { Expression, Model } from '../../language/index.ts'
import { walkExpressions } from '../../language/syntax/children.ts'
import type { PolicyText } from './generate/policy.ts'
import type { Random } from './generate/random.ts'
import { readPolicy } from './read-policy.ts'

interface Guarded {
  readonly rule: string
  readonly operand: Expression
  readonly guard: Expression
  /** What says nothing in the guard's place. */
  readonly neutral: 'true' | 'false'
}

/**
 * Some guards of a policy, each put out of action: then the policy must not check, or the operand must rely on something else.
 *
 * @returns a guard that is not needed, as text; null where none was found
 */
export function unneededGuard(files: PolicyText, random: Random, most: number, read = readPolicy): string | null {
  const before = read(files)
  if ('problems' in before) return null
  const { model } = before
  for (const guarded of random.sample(guardsIn(model), most)) {
    if (mayNarrowAnyway(guarded)) continue
    const { rule, operand, guard } = guarded
    const left = guardsWithout(files, guarded, read)
    const others = model.guardsOf(operand).filter((one) => one !== guard)
    // What stands in its place now says nothing, whatever is made of it.
    const real = left?.filter(({ span }) => span.start !== guard.span.start) ?? null
    if (real === null || textsOf(real) !== textsOf(others)) continue
    return `${rule}: \`${textOf(operand)}\` is taken to be guarded by \`${textOf(guard)}\`, and checks without`
  }
  return null
}

function guardsIn(model: Model): readonly Guarded[] {
  return model.rules.flatMap(({ name, conditions }) => {
    const found: Guarded[] = []
    const note = (operand: Expression, neutralOf: (guard: Expression) => Guarded['neutral']) => {
      for (const guard of model.guardsOf(operand)) found.push({ rule: name, operand, guard, neutral: neutralOf(guard) })
    }
    for (const { expression } of conditions) {
      note(expression, (guard) => (conditions.find((one) => one.expression === guard)?.unless ? 'false' : 'true'))
      walkExpressions(expression, (part) => {
        if (part.kind !== 'Chain') return
        for (const operand of part.operands) note(operand, () => (part.operator === '&&' ? 'true' : 'false'))
      })
    }
    return found
  })
}

/** What reads a field of the caller is guarded by everything that narrows who calls, needed or not (decision 3). */
function mayNarrowAnyway({ operand, guard }: Guarded): boolean {
  return some(guard, ({ kind }) => kind === 'Is') && some(operand, (part) => 'object' in part && isCaller(part.object))
}

function isCaller(expression: Expression): boolean {
  return expression.kind === 'Identifier' && expression.name === 'caller'
}

function some(expression: Expression, test: (part: Expression) => boolean): boolean {
  let found = false
  walkExpressions(expression, (part) => {
    found ||= test(part)
  })
  return found
}

/** What guards the operand where this guard says nothing; null where the policy does not check then. */
function guardsWithout(
  files: PolicyText,
  { rule, operand, guard, neutral }: Guarded,
  readWithout: typeof readPolicy,
): readonly Expression[] | null {
  const { source, start, end } = guard.span
  const text = source.text.slice(0, start) + neutral + source.text.slice(end)
  const read = readWithout({ ...files, [source.name]: text })
  if ('problems' in read) return null
  const moved = operand.span.start - (end - start) + neutral.length
  const length = operand.span.end - operand.span.start
  let found: readonly Expression[] | null = null
  const declaration = read.model.rules.find(({ name }) => name === rule)?.declaration
  if (declaration !== undefined)
    walkExpressions(declaration, (part) => {
      if (part.span.start === moved && part.span.end === moved + length && part.kind === operand.kind)
        found ??= read.model.guardsOf(part)
    })
  return found
}

function textOf({ span: { source, start, end } }: Expression): string {
  return source.text.slice(start, end)
}

function textsOf(expressions: readonly Expression[]): string {
  return JSON.stringify(expressions.map(textOf))
}
