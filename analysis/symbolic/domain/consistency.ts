import type { ConstValue } from '../../../compiler/ir/index.ts'
import { type Bdd, type Edge, FALSE, TRUE } from '../../bdd/bdd.ts'
import { holdsOf } from '../classes/classes.ts'
import type { AccessPath, Constant, Term, Value } from '../symbolic-domain.ts'
import { ANY_SIZE, valueKey } from '../values.ts'
import { pairKey } from './atom-collector.ts'
import type { Encoding } from './encoding.ts'
import { readAlike } from './read-alike.ts'

/**
 * Returns the set of requests that satisfy the axioms of values. Axioms: equal values behave alike, order is transitive, equal
 * sets have the same elements, and maps have one value per key. Incomplete: requests outside of the set are impossible, those
 * inside need not be possible.
 */
export function consistency(encoding: Encoding): Edge {
  const { diagram } = encoding
  return diagram.all([
    ...domains(encoding),
    ...pairs(encoding),
    ...triples(encoding),
    ...elements(encoding),
    ...sizes(encoding),
    ...entries(encoding),
  ])
}

/** Values are those that decoders accept. */
function* domains(encoding: Encoding): Iterable<Edge> {
  for (const [key, tests] of encoding.domains) {
    const { bits, classes } = encoding.encoded(key)
    yield encoding.ofClasses(bits, classes, ({ example }) => tests.some((test) => holdsOf(test, example)))
  }
}

/** Equal terms have equal classes; two terms in the same single-value class are equal. Order follows that of classes. */
function* pairs(encoding: Encoding): Iterable<Edge> {
  const { diagram } = encoding
  for (const { a, b, equal, less } of encoding.pairs.values()) {
    const same = diagram.all(
      a.bits.map((bit, at) => diagram.not(diagram.xor(diagram.variable(bit), diagram.variable(b.bits[at] as number)))),
    )
    const singleA = encoding.ofClasses(a.bits, a.classes, ({ single }) => single)
    yield implies(diagram, equal, sameClass(encoding, a, b))
    yield implies(diagram, diagram.and(same, singleA), equal)
    if (less === null) continue
    yield diagram.not(diagram.and(less, equal))
    const [before, after] = [orderEdge(encoding, a, b), orderEdge(encoding, b, a)]
    yield implies(diagram, before, less)
    yield implies(diagram, after, diagram.not(diagram.or(less, equal)))
  }
}

type Encoded = ReturnType<Encoding['encoded']>

/** Compares class numbers; the last class has several. */
function sameClass(encoding: Encoding, a: Encoded, b: Encoded): Edge {
  const { diagram } = encoding
  return diagram.any(
    a.classes.map((_, at) =>
      diagram.and(
        encoding.ofClasses(a.bits, a.classes, (_one, i) => i === at),
        encoding.ofClasses(b.bits, b.classes, (_one, i) => i === at),
      ),
    ),
  )
}

/** Whether the first term's class precedes the second's, in types whose classes are ordered. */
function orderEdge(encoding: Encoding, a: Encoded, b: Encoded): Edge {
  if (a.term.type.kind === 'string' || a.term.type.kind === 'literals') return FALSE
  const { diagram } = encoding
  return diagram.any(
    a.classes.map((_, at) =>
      diagram.and(
        encoding.ofClasses(a.bits, a.classes, (_one, i) => i === at),
        encoding.ofClasses(b.bits, b.classes, (_one, i) => i > at),
      ),
    ),
  )
}

/** Transitivity of equality and order. */
function* triples(encoding: Encoding): Iterable<Edge> {
  const { diagram } = encoding
  const all = [...encoding.pairs.values()]
  const find = (x: Term, y: Term) => encoding.pairs.get(pairKey(x, y))
  for (const [at, first] of all.entries())
    for (const second of all.slice(at + 1))
      for (const [x, y, z] of sharing(first, second)) {
        if (find(x, z) === undefined) continue
        const edges = [encoding.equal(x, y), encoding.equal(y, z), encoding.equal(x, z)] as const
        for (const one of [0, 1, 2]) {
          const others = edges.filter((_, i) => i !== one)
          yield implies(diagram, diagram.all(others), edges[one] as Edge)
        }
        if ([first, second, find(x, z)].some((pair) => pair?.less === null)) continue
        const atMost = (p: Term, q: Term) => diagram.or(encoding.less(p, q), encoding.equal(p, q))
        for (const [p, q, r] of [
          [x, y, z],
          [y, z, x],
          [z, x, y],
          [z, y, x],
          [x, z, y],
          [y, x, z],
        ] as const)
          yield implies(diagram, diagram.and(encoding.less(p, q), atMost(q, r)), encoding.less(p, r))
      }
}

type Ends = { readonly a: Encoded; readonly b: Encoded }

/** Returns the three terms of two pairs that share one, which is in the middle. */
function sharing(first: Ends, second: Ends): readonly (readonly [Term, Term, Term])[] {
  const found: [Term, Term, Term][] = []
  for (const [x, y] of [
    [first.a, first.b],
    [first.b, first.a],
  ] as const)
    for (const [u, v] of [
      [second.a, second.b],
      [second.b, second.a],
    ] as const)
      if (y.term.key === u.term.key && x.term.key !== v.term.key) found.push([x.term, y.term, v.term])
  return found
}

/** Equal values are members together; another element is none of those that are tested. */
function* elements(encoding: Encoding): Iterable<Edge> {
  const { diagram } = encoding
  for (const { found, elements: asked, terms, others } of encoding.collections.values()) {
    const constants = [...asked.values()].filter((one) => one.kind === 'constant')
    for (const [at, a] of terms.entries()) {
      const isSame = (b: Value) => diagram.not(diagram.xor(encoding.contains(found, a), encoding.contains(found, b)))
      yield amongConstants(encoding, a, constants, isSame, TRUE)
      for (const b of terms.slice(at + 1)) yield implies(diagram, equalityOf(a, b, encoding), isSame(b))
    }
    if (!others) continue
    for (const one of terms) {
      const isKnown = amongConstants(encoding, one, constants, () => TRUE, FALSE)
      yield implies(
        diagram,
        diagram.and(encoding.contains(found, one), diagram.not(isKnown)),
        encoding.hasOthers(found, constantsOf({ elements: asked })),
      )
    }
  }
}

/** Combines the cases of a term that is one of some constants, and the rest. There may be hundreds, each with its own class. */
function amongConstants(
  encoding: Encoding,
  term: Term,
  constants: readonly Constant[],
  edgeOf: (constant: Constant) => Edge,
  otherwise: Edge,
): Edge {
  const { diagram } = encoding
  // The term may have no tests, and then no classes.
  if (constants.length === 0) return otherwise
  if (term.type.kind === 'bool') {
    const isOne = constants.map((one) => equalityOf(term, one, encoding))
    const ways = constants.map((one, at) => diagram.and(isOne[at] as Edge, edgeOf(one)))
    return diagram.any([...ways, diagram.and(diagram.not(diagram.any(isOne)), otherwise)])
  }
  const byValue = new Map(constants.map((one) => [one.value, one]))
  return encoding.byClass(term, ({ example }) => {
    const constant = byValue.get(example)
    return constant === undefined ? otherwise : edgeOf(constant)
  })
}

/** Exactly an empty collection has size 0. */
function* sizes(encoding: Encoding): Iterable<Edge> {
  const { diagram } = encoding
  for (const size of encoding.terms.values()) {
    const of = size.term.sizeOf
    if (of === undefined) continue
    yield diagram.xor(encoding.test(size.term, ANY_SIZE), encoding.hasOthers(of, []))
    yield* counts(encoding, size, of)
  }
}

/** The maximum number of counted constants. */
const COUNTED = 12

/** A size is at least the number of contained constants; exactly that for a set without others. */
function* counts(encoding: Encoding, { bits, classes }: Encoded, of: AccessPath): Iterable<Edge> {
  const { diagram } = encoding
  const all = [...(encoding.collections.get(of.key)?.elements.values() ?? [])].filter(({ kind }) => kind === 'constant')
  if (all.length > COUNTED) return
  // By number.
  let exactly: readonly Edge[] = [TRUE]
  for (const one of all) {
    const has = encoding.contains(of, one)
    exactly = Array.from({ length: exactly.length + 1 }, (_, at) =>
      diagram.or(diagram.and(has, exactly[at - 1] ?? FALSE), diagram.and(diagram.not(has), exactly[at] ?? FALSE)),
    )
  }
  const others = encoding.hasOthers(of, constantsOf({ elements: new Map(all.map((one) => [valueKey(one), one])) }))
  const isExact = of.type.kind === 'list' ? FALSE : diagram.not(others)
  for (const [count, edge] of exactly.entries()) {
    yield implies(
      diagram,
      edge,
      encoding.ofClasses(bits, classes, (_, at) => mostOf(classes, at) >= count),
    )
    yield implies(
      diagram,
      diagram.and(edge, isExact),
      encoding.ofClasses(bits, classes, (_, at) => leastOf(classes, at) <= count),
    )
  }
}

/** Returns an upper bound of a class of ints, which are ordered; conservative. */
function mostOf(classes: Encoded['classes'], at: number): number {
  const { example, single } = classes[at] as (typeof classes)[number]
  const next = classes[at + 1]
  return single ? Number(example) : next?.single ? Number(next.example) - 1 : Number.POSITIVE_INFINITY
}

function leastOf(classes: Encoded['classes'], at: number): number {
  const { example, single } = classes[at] as (typeof classes)[number]
  const before = classes[at - 1]
  return single ? Number(example) : before?.single ? Number(before.example) + 1 : Number.NEGATIVE_INFINITY
}

/** Entries under equal keys are equal. */
function* entries(encoding: Encoding): Iterable<Edge> {
  const { diagram } = encoding
  const same = (keys: readonly (readonly [Value, Value])[]) => diagram.all(keys.map(([x, y]) => equalityOf(x, y, encoding)))
  for (const { a, b, keys } of readAlike([...encoding.terms.values()], ({ term }) => term.place))
    yield implies(diagram, same(keys), encoding.equal(a.term, b.term))
  for (const { a, b, keys } of readAlike(encoding.truths.values(), ({ place }) => place))
    yield implies(diagram, same(keys), diagram.not(diagram.xor(encoding.truth(a), encoding.truth(b))))
  for (const { a, b, keys } of readAlike(encoding.places(), ({ place }) => place))
    yield implies(diagram, same(keys), diagram.not(diagram.xor(encoding.present(a), encoding.present(b))))
  for (const { a, b, keys } of readAlike([...encoding.collections.values()], ({ found }) => found.place)) {
    const alike = [...a.elements.values()].map((element) =>
      diagram.not(diagram.xor(encoding.contains(a.found, element), encoding.contains(b.found, element))),
    )
    const others = a.others
      ? [diagram.not(diagram.xor(encoding.hasOthers(a.found, constantsOf(a)), encoding.hasOthers(b.found, constantsOf(b))))]
      : []
    yield implies(diagram, same(keys), diagram.all([...alike, ...others]))
  }
}

function constantsOf({ elements: all }: { readonly elements: ReadonlyMap<string, Value> }): readonly ConstValue[] {
  return [...all.values()].flatMap((one) => (one.kind === 'constant' ? [one.value] : []))
}

function equalityOf(a: Value, b: Value, encoding: Encoding): Edge {
  const { diagram } = encoding
  if (a.type.kind === 'bool') {
    const truth = (one: Value) => (one.kind === 'term' ? encoding.truth(one) : one.value === true ? TRUE : FALSE)
    return diagram.not(diagram.xor(truth(a), truth(b)))
  }
  if (a.kind === 'constant')
    return b.kind === 'constant' ? (a.value === b.value ? TRUE : FALSE) : encoding.test(b, { kind: 'equal', value: a.value })
  return b.kind === 'constant'
    ? encoding.test(a, { kind: 'equal', value: b.value })
    : a.key === b.key
      ? TRUE
      : encoding.equal(a, b)
}

function implies(diagram: Bdd, a: Edge, b: Edge): Edge {
  return diagram.or(diagram.not(a), b)
}
