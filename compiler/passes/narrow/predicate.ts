import type { Call, Collect, Compare, CompareOperator, Const, ConstValue, Equal, Expr, In } from '../../ir/index.ts'

/**
 * A test split into the tested expression and a question about its value. `caller.level > 3` asks about `caller.level` whether it
 * is above 3.
 */
export interface Predicate {
  /** The tested expression. It errs exactly if the test does. */
  readonly about: Topic
  readonly asks: Asks
  /** Which answer to the question makes the test true: false for a negated test, otherwise true. */
  readonly answer: boolean
}

export type Topic = Expr | RoleWord | 'identity'

export interface RoleWord {
  readonly word: number
}

export type Asks =
  | { readonly kind: 'among'; readonly values: ReadonlySet<ConstValue> }
  | { readonly kind: 'order'; readonly operator: CompareOperator; readonly than: number | bigint }
  | { readonly kind: 'starts'; readonly text: string }
  | { readonly kind: 'ends'; readonly text: string }
  | { readonly kind: 'contains'; readonly text: string }
  | { readonly kind: 'roles'; readonly mask: number }

const TRUE: Asks = { kind: 'among', values: new Set([true]) }

/**
 * Splits a test into the tested expression and a question about its value. Any other bool expression is itself tested for being
 * true.
 */
export function questionOf(test: Expr): Predicate {
  switch (test.kind) {
    case 'Not': {
      const question = questionOf(test.operand)
      return { ...question, answer: !question.answer }
    }
    case 'RoleTest':
      return { about: { word: test.word }, asks: { kind: 'roles', mask: test.mask }, answer: true }
    case 'IdentityTest':
      return { about: 'identity', asks: { kind: 'among', values: new Set([test.index]) }, answer: true }
    default: {
      const about = comparedIn(test)
      return about === null
        ? { about: test, asks: TRUE, answer: true }
        : { about, asks: asksOf(test as Comparison), answer: true }
    }
  }
}

/** Returns the expression that a test tests. */
export function topicOf(test: Expr): Topic {
  switch (test.kind) {
    case 'Not':
      return topicOf(test.operand)
    case 'RoleTest':
      return { word: test.word }
    case 'IdentityTest':
      return 'identity'
    default:
      return comparedIn(test) ?? test
  }
}

type Comparison = Equal | In | Compare | Call

/** Returns the expression that a test compares with constants, or null. */
function comparedIn(test: Expr): Expr | null {
  switch (test.kind) {
    case 'Equal':
      return test.right.kind === 'Const' && test.left.kind !== 'Const' ? test.left : null
    case 'In': {
      const { element, collection } = test
      if (collection.kind !== 'Collect' || element.kind === 'Const' || element.type.kind === 'double') return null
      return collection.elements.every((one) => one.kind === 'Const') ? element : null
    }
    case 'Compare': {
      const { left, right } = test
      return right.kind === 'Const' && left.kind !== 'Const' && ORDERED.has(left.type.kind) ? left : null
    }
    case 'Call': {
      const [text, part] = test.operands
      const isTextual = Object.hasOwn(TEXTUAL, test.id) && part?.kind === 'Const' && typeof part.value === 'string'
      return isTextual && text !== undefined ? text : null
    }
    default:
      return null
  }
}

/** Returns the question of a comparison with constants. */
function asksOf(test: Comparison): Asks {
  switch (test.kind) {
    case 'Equal':
      return { kind: 'among', values: new Set([valueIn(test.right)]) }
    case 'In':
      return { kind: 'among', values: new Set((test.collection as Collect).elements.map(valueIn)) }
    case 'Compare':
      return { kind: 'order', operator: test.operator, than: valueIn(test.right) as number | bigint }
    case 'Call':
      return { kind: TEXTUAL[test.id as keyof typeof TEXTUAL], text: valueIn(test.operands[1] as Expr) as string }
  }
}

function valueIn(constant: Expr): ConstValue {
  return (constant as Const).value
}

/** Discrete types without NaN, from whose order facts follow. */
const ORDERED: ReadonlySet<string> = new Set(['int', 'timestamp', 'duration'])

const TEXTUAL = { 'string.startsWith': 'starts', 'string.endsWith': 'ends', 'string.contains': 'contains' } as const
