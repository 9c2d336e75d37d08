/** Tests that differ only in constants, abstracted into one. */
import { isString, type Type } from '../../../language/checker/types/type.ts'
import * as build from '../../ir/build.ts'
import { type Const, type Expr, mapChildren, type VariableName } from '../../ir/index.ts'

/** A test with variables in place of constants, so that tests of several rules can share code. */
export interface AbstractTest {
  readonly shape: Expr
  /**
   * The constants that the variables replaced, in the order of the variables' names (`SLOTS`). An element is one constant, or a
   * set of constants.
   */
  readonly values: readonly (Const | readonly Const[])[]
}

/** Properties of a table row that hold the constants of its test. */
export const SLOTS = ['a', 'b', 'c', 'd', 'e', 'f'] as const

export function slotVariable(slot: number): VariableName {
  return `${SLOTS[slot]}@table`
}

/** From this number on, the constants of a membership test form a set. */
const SET = 5

/** Built-ins that accept a constant like any other text. */
const OF_TEXTS: ReadonlySet<string> = new Set(['string.startsWith', 'string.endsWith', 'string.contains'])

/** Replaces the constants of a test by variables. Returns null if the test has more constants than `SLOTS`. */
export function abstractTest(test: Expr): AbstractTest | null {
  const values: (Const | readonly Const[])[] = []
  const done = new Map<Expr, Expr>()
  const take = (value: Const | readonly Const[], type: Type): Expr => {
    values.push(value)
    // Its data binding is `constant`, so a test of the caller stays one.
    return build.variable(slotVariable(values.length - 1), type, 'constant')
  }
  const operand = (expression: Expr): Expr =>
    expression.kind === 'Const' && isPlain(expression) ? take(expression, expression.type) : deep(expression)
  const deep = (expression: Expr): Expr => {
    const known = done.get(expression)
    if (known !== undefined) return known
    const after = rewrite(expression)
    done.set(expression, after)
    return after
  }
  const rewrite = (expression: Expr): Expr => {
    switch (expression.kind) {
      case 'Equal':
      case 'Compare':
        return mapChildren(expression, operand)
      case 'Call':
        return OF_TEXTS.has(expression.id) ? mapChildren(expression, operand) : mapChildren(expression, deep)
      case 'In': {
        const { element, collection } = expression
        const constants = collection.kind === 'Collect' ? collection.elements.filter(isPlainConst) : []
        const isLiteral = collection.kind === 'Collect' && constants.length === collection.elements.length
        if (!isLiteral) return build.within(operand(element), deep(collection))
        if (constants.length < SET) return build.within(operand(element), mapChildren(collection, operand))
        return build.within(operand(element), take(constants, { kind: 'set', element: (constants[0] as Const).type }))
      }
      default:
        return mapChildren(expression, deep)
    }
  }
  const shape = deep(test)
  return values.length > SLOTS.length ? null : { shape, values }
}

function isPlainConst(expression: Expr): expression is Const {
  return expression.kind === 'Const' && isPlain(expression)
}

function isPlain({ value, type }: Const): boolean {
  if (typeof value === 'string') return isString(type)
  return typeof value === 'number' && (type.kind === 'int' || type.kind === 'double')
}
