import type { ConstValue } from '../../compiler/ir/index.ts'
import { holdsOf } from '../symbolic/classes/classes.ts'
import { numbersAround } from '../symbolic/classes/numbers.ts'
import type { EncodedTerm, Encoding } from '../symbolic/domain/encoding.ts'

/** The values of some variables of a decision diagram. Variables without a value may be true or false. */
export type Assignment = ReadonlyMap<number, boolean>

/**
 * Returns a value of the assigned class for each term: equal values for equal terms, and distinct values for others if possible.
 */
export function chooseValues(encoding: Encoding, assignment: Assignment): ReadonlyMap<string, ConstValue> {
  const values = new Map<string, ConstValue>()
  for (const [key, term] of encoding.terms) values.set(key, valueFor(key, term, encoding, assignment, values))
  return values
}

function valueFor(
  key: string,
  term: EncodedTerm,
  encoding: Encoding,
  assignment: Assignment,
  chosen: ReadonlyMap<string, ConstValue>,
): ConstValue {
  const unlike = new Set<ConstValue>()
  for (const { a, b, equal } of encoding.pairs.values()) {
    const other = a.term.key === key ? b.term.key : b.term.key === key ? a.term.key : null
    const value = other === null ? undefined : chosen.get(other)
    if (value === undefined) continue
    if (assignment.get(encoding.diagram.top(equal)) === true) return value
    unlike.add(value)
  }
  const number = term.bits.reduce((all, bit) => 2 * all + (assignment.get(bit) === true ? 1 : 0), 0)
  const { example, single } = term.classes[Math.min(number, term.classes.length - 1)] as EncodedTerm['classes'][number]
  if (single || !unlike.has(example)) return example
  return another(term, example, unlike) ?? example
}

/** Returns another value of the same class. */
function another({ term, tests }: EncodedTerm, example: ConstValue, unlike: ReadonlySet<ConstValue>): ConstValue | null {
  const same = (value: ConstValue) => !unlike.has(value) && tests.every((test) => holdsOf(test, value) === holdsOf(test, example))
  if (typeof example === 'string') {
    for (let at = 0; at < 50; at++)
      for (const value of [`${example}${at}`, `x${at}${example}`, `${example.slice(0, 1)}${at}${example.slice(1)}`])
        if (same(value)) return value
    return null
  }
  const others = numbersAround(term.type, [...unlike, example]).map((one) => one.example)
  return others.find(same) ?? null
}
