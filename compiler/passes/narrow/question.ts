import type { CompareOperator, ConstValue, Expr } from '../../ir/index.ts'

/** A test as a question about something: `caller.level > 3` asks of `caller.level` whether it is above 3. */
export interface Question {
  /** What is asked about. It errs exactly where the test does. */
  readonly about: Topic
  readonly asks: Asks
  /** What the answer is where the test is true. */
  readonly answer: boolean
}

export type Topic = Expr | RoleWord | 'identity'

/** The roles of one word. */
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

/** What is no question about something else is one about itself: whether it is true. */
export function questionOf(test: Expr): Question {
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
      const found = comparison(test)
      return found === null ? { about: test, asks: TRUE, answer: true } : { ...found, answer: true }
    }
  }
}

/** What a test asks about, without asking. */
export function topicOf(test: Expr): Topic {
  switch (test.kind) {
    case 'Not':
      return topicOf(test.operand)
    case 'RoleTest':
      return { word: test.word }
    case 'IdentityTest':
      return 'identity'
    case 'Equal':
    case 'Compare':
    case 'In':
    case 'Call':
      return comparison(test)?.about ?? test
    default:
      return test
  }
}

/** Of something with constants. */
function comparison(test: Expr): { readonly about: Expr; readonly asks: Asks } | null {
  switch (test.kind) {
    case 'Equal':
      return test.right.kind === 'Const' && test.left.kind !== 'Const'
        ? { about: test.left, asks: { kind: 'among', values: new Set([test.right.value]) } }
        : null
    case 'In':
      return amongLiterals(test.element, test.collection)
    case 'Compare': {
      const { operator, left, right } = test
      if (right.kind !== 'Const' || left.kind === 'Const' || !ORDERED.has(left.type.kind)) return null
      return { about: left, asks: { kind: 'order', operator, than: right.value as number | bigint } }
    }
    case 'Call':
      return textual(test.id, test.operands)
    default:
      return null
  }
}

/** What has a next greater one. Doubles have a NaN besides, of which nothing follows. */
const ORDERED: ReadonlySet<string> = new Set(['int', 'timestamp', 'duration'])

function amongLiterals(element: Expr, collection: Expr): { readonly about: Expr; readonly asks: Asks } | null {
  if (collection.kind !== 'Collect' || element.kind === 'Const' || element.type.kind === 'double') return null
  const values = new Set<ConstValue>()
  for (const one of collection.elements) {
    if (one.kind !== 'Const') return null
    values.add(one.value)
  }
  return { about: element, asks: { kind: 'among', values } }
}

const TEXTUAL = { 'string.startsWith': 'starts', 'string.endsWith': 'ends', 'string.contains': 'contains' } as const

function textual(id: string, [text, part]: readonly Expr[]): { readonly about: Expr; readonly asks: Asks } | null {
  const kind = Object.hasOwn(TEXTUAL, id) ? TEXTUAL[id as keyof typeof TEXTUAL] : null
  if (kind === null || text === undefined || part?.kind !== 'Const' || typeof part.value !== 'string') return null
  return { about: text, asks: { kind, text: part.value } }
}
