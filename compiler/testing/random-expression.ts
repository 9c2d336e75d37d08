/** For tests: random IR expressions of every kind, and worlds to evaluate them in. What they read is declared by `RANDOM_POLICY`. */
import { BOOL, DOUBLE, DURATION, INT, IP, STRING, TIMESTAMP, type Type } from '../../language/semantics/types/type.ts'
import * as build from '../ir/build.ts'
import type { World } from '../ir/evaluate.ts'
import type { Binding, Expr, VariableName } from '../ir/index.ts'

const MAX = Number.MAX_SAFE_INTEGER
export const NAMES: Type = { kind: 'set', element: STRING }
export const NUMBERS: Type = { kind: 'list', element: INT }
export const TEXTS: Type = { kind: 'list', element: STRING }
export const DOUBLES: Type = { kind: 'set', element: DOUBLE }
export const COUNTS: Type = { kind: 'map', value: INT }
const MAYBE: Type = { kind: 'optional', value: INT }
export const RECORD: Type = {
  kind: 'record',
  open: false,
  fields: new Map([
    ['count', { type: INT, optional: true, path: ['count'] }],
    ['label', { type: STRING, optional: false, path: ['label'] }],
  ]),
}
const QUERY = new Map([['page', { type: INT, optional: true, path: ['page'] }]])
const WORDS = ['', 'a', 'B', 'ab', '\u{1f600}', '\uff5e', "it's", '</script>', '12', '10.0.0.1']

/** What the expressions read of a policy. */
export const RANDOM_POLICY = {
  params: ['n', 'big', 'name'],
  callerFields: ['counts', 'flag', 'level', 'names', 'nick', 'rank'],
  data: [
    { name: 'facts', type: NUMBERS },
    { name: 'weights', type: DOUBLES },
  ],
} as const

export type Random = (below: number) => number

/** mulberry32 */
export function random(seed: number): Random {
  let state = seed
  return (below) => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) % below
  }
}

/** Errs always: no pass makes a value of it. */
export const ERRING = build.compare(
  '>',
  build.arithmetic('+', build.constant(MAX, INT), build.constant(1, INT)),
  build.constant(0, INT),
)

const NICK = build.callerField('nick', STRING)

/** Makes expressions under some variables. */
export class RandomExpressions {
  readonly #next: Random
  readonly #variables: readonly (readonly [VariableName, Type])[]

  constructor(next: Random, variables: readonly (readonly [VariableName, Type])[] = []) {
    this.#next = next
    this.#variables = variables
  }

  #pick<T>(...makers: readonly (() => T)[]): T {
    return (makers[this.#next(makers.length)] as () => T)()
  }

  /** A new variable of some type, and what makes expressions that see it. */
  #inside(type: Type): readonly [VariableName, RandomExpressions] {
    const variable: VariableName = `v@${this.#variables.length}`
    return [variable, new RandomExpressions(this.#next, [...this.#variables, [variable, type]])]
  }

  /** A variable of this type, if there is one and chance wants it. */
  #variable(kind: Type['kind']): Expr | null {
    const fitting = this.#variables.filter(([, type]) => type.kind === kind)
    const found = fitting[this.#next(fitting.length * 2 + 1)]
    const binding: Binding = 'request'
    return found === undefined ? null : build.variable(found[0], found[1], binding)
  }

  bool(depth: number): Expr {
    const more = depth - 1
    if (depth <= 0)
      return this.#pick<Expr>(
        () => build.TRUE,
        () => build.FALSE,
        () => build.roleTest(0, 1 + this.#next(7)),
        () => build.identityTest(0, 'staff'),
        () => build.headerTest('x'),
        () => build.present(build.mtls()),
        () => build.callerField('flag', BOOL),
        () => build.present(build.callerField('flag', BOOL)),
        () => build.requirementTest(this.#next(2) === 0 ? 'mfa' : 'acr', ['gold'], this.#next(2) === 0 ? null : 1000),
        () => ERRING,
      )
    const chains = [1, 2, 3, 4].map(() => () => this.#chain(more))
    return this.#pick<Expr>(
      ...chains,
      () => build.not(this.bool(more)),
      () => build.conditional(this.bool(more), this.bool(more), this.bool(more), BOOL),
      () =>
        build.compare(this.#pick(...(['<', '<=', '>', '>='] as const).map((one) => () => one)), this.int(more), this.int(more)),
      () => build.compare('<', this.text(more), this.text(more)),
      () => build.compare('>=', this.time(more), this.time(more)),
      () => build.compare('<', this.span(more), this.span(more)),
      () => build.equal(this.time(more), this.time(more)),
      () => build.equal(this.span(more), this.span(more)),
      () => this.#choice(more, BOOL, (inner) => inner.bool(more)),
      () => build.compare('<', this.bool(more), this.bool(more)),
      () => build.equal(this.int(more), this.int(more)),
      () => build.equal(this.double(more), this.double(more)),
      () => build.equal(this.doubles(more), this.doubles(more)),
      () => build.equal(this.numbers(more), this.numbers(more)),
      () => build.equal(this.maybe(more), this.maybe(more)),
      () => build.equal(this.counts(more), this.counts(more)),
      () => this.related(2),
      () => this.related(2),
      () => this.#membership(more),
      () => this.#textTest(more),
      () => this.#call(BOOL, 'optional.hasValue', this.maybe(more)),
      () => this.#call(BOOL, 'sets.contains(list)', this.numbers(more), this.numbers(more)),
      () => this.#call(BOOL, 'sets.intersects(set)', this.doubles(more), this.doubles(more)),
      () => this.#call(BOOL, 'cidr.containsIP(string)', this.range(), this.text(more)),
      () => this.#call(BOOL, 'cidr.containsIP(ip)', this.range(), build.requestField('sourceIp')),
      () =>
        build.orValue(
          build.optMap(this.maybe(more), `v@${this.#variables.length}`, this.#inside(INT)[1].bool(more)),
          this.bool(more),
          BOOL,
        ),
      () => this.#quantifier(more),
      () => this.#quantifier(more),
      () => {
        const [variable, inner] = this.#inside(INT)
        return build.bind(variable, this.int(more), inner.bool(more))
      },
      () => {
        const [variable, inner] = this.#inside(BOOL)
        return build.bind(variable, this.bool(more), inner.bool(more))
      },
    )
  }

  #call(type: Type, id: Parameters<typeof build.call>[0], ...operands: readonly Expr[]): Expr {
    return build.call(id, operands, type)
  }

  /** Guards at random, and an operand that must never be evaluated behind one that is never true (`&&`) or false (`||`). */
  #chain(depth: number): Expr {
    const operator = this.#next(2) === 0 ? '&&' : '||'
    const operands = Array.from({ length: 2 + this.#next(3) }, (_, position) => ({
      expression: this.bool(depth),
      guards: Array.from({ length: position }, (_, guard) => guard).filter(() => this.#next(3) === 0),
    }))
    if (this.#next(3) === 0) {
      const never = build.conditional(this.bool(depth), operator === '&&' ? build.FALSE : build.TRUE, ERRING, BOOL)
      operands.push(
        { expression: never, guards: [] },
        { expression: build.equal(build.absent(INT), this.int(0)), guards: [operands.length] },
      )
    }
    return build.chain(operator, operands)
  }

  /** Tests of a few things, of which one may follow from another, or from that it is false. */
  related(depth: number): Expr {
    const operator = this.#next(2) === 0 ? '&&' : '||'
    const operands = Array.from({ length: 2 + this.#next(3) }, (_, position) => ({
      expression: this.#next(3) === 0 && depth > 0 ? this.related(depth - 1) : this.#about(),
      guards: Array.from({ length: position }, (_, guard) => guard).filter(() => this.#next(4) === 0),
    }))
    return build.chain(operator, operands)
  }

  #about(): Expr {
    const number = this.#pick<Expr>(
      () => build.param(0, 'n', INT),
      () => build.arithmetic('+', build.param(0, 'n', INT), build.param(1, 'big', INT)),
      () => build.arithmetic('%', build.param(1, 'big', INT), build.constant(2, INT)),
    )
    const few = () => build.constant(this.#next(4) - 1, INT)
    const test = this.#pick<Expr>(
      () => build.compare(this.#pick(...(['<', '<=', '>', '>='] as const).map((one) => () => one)), number, few()),
      () => build.equal(number, few()),
      () => build.within(number, build.collect([few(), few(), few()], NUMBERS)),
      () => build.roleTest(0, 1 + this.#next(7)),
      () => build.callerField('flag', BOOL),
      () => this.#call(BOOL, 'string.startsWith', build.requestField('path'), this.text(0)),
      () => build.conditional(build.callerField('flag', BOOL), build.roleTest(0, 1 + this.#next(7)), this.#about(), BOOL),
      () => build.present(NICK),
      // Read where it is not there, it throws.
      () =>
        build.chain('&&', [
          { expression: build.present(NICK), guards: [] },
          { expression: this.#call(BOOL, 'string.startsWith', NICK, this.text(0)), guards: [0] },
        ]),
    )
    return this.#next(3) === 0 ? build.not(test) : test
  }

  /** One thing compared with several. */
  #equalities(depth: number): Expr {
    const [text, number] = [this.text(depth), this.int(depth)]
    const one = () =>
      this.#pick<Expr>(
        () => build.equal(text, this.text(0)),
        () => build.equal(number, this.int(0)),
        () => build.within(text, build.collect([this.text(0), this.text(0)], TEXTS)),
      )
    const some = Array.from({ length: 2 + this.#next(6) }, one)
    return this.#next(2) === 0 ? build.or(...some) : build.and(...some.map(build.not))
  }

  /** Of a text or of what is filtered, compared with few. */
  #size(depth: number): Expr {
    const [variable, inner] = this.#inside(INT)
    const size = this.#pick(
      () => this.#call(INT, 'string.size', this.text(depth)),
      () => this.#call(INT, 'list.size', build.select(this.numbers(depth), variable, inner.bool(depth), null, NUMBERS)),
    )
    const than = build.constant(this.#next(2), INT)
    return this.#next(3) === 0
      ? build.equal(size, than)
      : build.compare(this.#pick(...(['<', '<=', '>', '>='] as const).map((one) => () => one)), size, than)
  }

  #membership(depth: number): Expr {
    return this.#pick(
      () => this.#equalities(depth),
      () => this.#size(depth),
      () => build.within(this.text(depth), build.callerField('names', NAMES)),
      () => build.within(this.int(depth), this.numbers(depth)),
      () => build.within(this.time(depth), build.collect([this.time(depth), this.time(0)], { kind: 'list', element: TIMESTAMP })),
      () =>
        build.within(
          this.int(depth),
          build.collect(
            Array.from({ length: this.#next(8) }, () => this.int(depth)),
            NUMBERS,
          ),
        ),
      () => build.within(this.double(depth), this.doubles(depth)),
      () => build.within(this.text(depth), this.counts(depth)),
      () =>
        build.within(
          this.numbers(depth),
          build.collect([this.numbers(depth), this.numbers(0)], { kind: 'list', element: NUMBERS }),
        ),
      () =>
        build.within(
          this.text(depth),
          build.collect(
            Array.from({ length: this.#next(8) }, () => this.text(0)),
            NAMES,
          ),
        ),
    )
  }

  #textTest(depth: number): Expr {
    const pattern = build.constant(['^a', 'b$', '(a|b)*', '.', '^(a|ab)$', '</script>'][this.#next(6)] as string, STRING)
    return this.#pick(
      () => this.#call(BOOL, 'string.startsWith', this.text(depth), this.text(depth)),
      () => this.#call(BOOL, 'string.endsWith', this.text(depth), this.text(depth)),
      () => this.#call(BOOL, 'string.contains', this.text(depth), this.text(depth)),
      () => this.#call(BOOL, 'string.matches', this.text(depth), pattern),
      () => this.#call(BOOL, 'isIP', this.text(depth)),
      () => this.#call(BOOL, 'bool(string)', this.text(depth)),
    )
  }

  #quantifier(depth: number): Expr {
    const quantifier = this.#pick(...(['all', 'exists', 'exists_one'] as const).map((one) => () => one))
    const [range, type] = this.#pick<readonly [Expr, Type]>(
      () => [this.numbers(depth), INT],
      () => [this.doubles(depth), DOUBLE],
      () => [this.counts(depth), STRING],
      () => [build.callerField('names', NAMES), STRING],
      () => [build.collect([this.text(depth), this.text(0)], TEXTS), STRING],
      () => [build.collect([this.int(0), this.int(0)], NUMBERS), INT],
    )
    const [variable, inner] = this.#inside(type)
    if (type.kind !== 'double' && this.#next(4) === 0) {
      const found = build.equal(
        build.variable(variable, type, 'request'),
        type.kind === 'int' ? this.int(depth) : this.text(depth),
      )
      return build.quantifier(quantifier, range, variable, this.#next(2) === 0 ? found : build.not(found))
    }
    return build.quantifier(quantifier, range, variable, inner.bool(depth))
  }

  int(depth: number): Expr {
    const variable = this.#variable('int')
    if (variable !== null) return variable
    if (depth <= 0)
      return this.#pick<Expr>(
        () => build.param(0, 'n', INT),
        () => build.param(1, 'big', INT),
        () => build.constant([0, 1, -1, 2, MAX, -MAX][this.#next(6)] as number, INT),
        () => build.callerField('level', INT),
      )
    const more = depth - 1
    return this.#pick<Expr>(
      () =>
        build.arithmetic(
          this.#pick(...(['+', '-', '*', '/', '%'] as const).map((one) => () => one)),
          this.int(more),
          this.int(more),
        ),
      () => build.arithmetic(this.#next(2) === 0 ? '/' : '%', this.int(more), build.constant(3, INT)),
      () => build.negate(this.int(more)),
      () => build.conditional(this.bool(more), this.int(more), this.int(more), INT),
      () => this.#call(INT, 'string.size', this.text(more)),
      () => this.#call(INT, 'set.size', this.doubles(more)),
      () => this.#call(INT, 'list.size', this.numbers(more)),
      () => this.#call(INT, 'int(string)', this.text(more)),
      () => this.#call(INT, 'int(double)', this.double(more)),
      () => this.#call(INT, 'string.indexOf', this.text(more), this.text(more), this.int(more)),
      () => this.#call(INT, 'math.bitXor', this.int(more), this.int(more)),
      () => this.#call(INT, 'math.greatest(int)', this.int(more), this.int(more), this.int(more)),
      () => this.#call(INT, 'timestamp.getHours', this.time(more), build.constant('Europe/Berlin', STRING)),
      () => this.#call(INT, 'timestamp.getMonth', this.time(more), this.text(0)),
      () => this.#call(INT, 'timestamp.getMilliseconds', this.time(more)),
      () => this.#call(INT, 'duration.getMinutes', this.span(more)),
      () => this.#call(INT, 'int(timestamp)', this.time(more)),
      () => this.#call(INT, 'math.greatest(list<int>)', this.numbers(more)),
      () => this.#call(INT, 'timestamp.getHours', this.time(more), build.constant('Europe/Berlin', STRING)),
      () => this.#call(INT, 'timestamp.getMinutes', this.time(more), this.text(more)),
      () => build.orValue(this.maybe(more), this.int(more), INT),
      () => {
        const [variable, inner] = this.#inside(INT)
        return build.bind(variable, this.int(more), inner.int(more))
      },
    )
  }

  maybe(depth: number): Expr {
    if (depth <= 0)
      return this.#pick<Expr>(
        () => build.none(MAYBE),
        () => build.optional(build.callerField('rank', INT)),
        () => build.optional(build.field(build.query(QUERY), 'page', INT)),
        () => build.optional(build.field(build.body(RECORD), 'count', INT)),
      )
    const more = depth - 1
    return this.#pick<Expr>(
      () => build.some(this.int(more)),
      () => build.optional(build.mapRead(this.counts(more), this.text(more), INT)),
      () => build.optional(build.listRead(this.numbers(more), this.int(more), INT)),
      () => {
        const [variable, inner] = this.#inside(INT)
        return build.optMap(this.maybe(more), variable, this.#next(2) === 0 ? inner.int(more) : inner.maybe(more))
      },
      () => build.conditional(this.bool(more), this.maybe(more), this.maybe(more), MAYBE),
    )
  }

  double(depth: number): Expr {
    const variable = this.#variable('double')
    if (variable !== null) return variable
    if (depth <= 0) return build.constant([0, -0, 1.5, 1e308, -1e308][this.#next(5)] as number, DOUBLE)
    const more = depth - 1
    return this.#pick<Expr>(
      () =>
        build.arithmetic(
          this.#pick(...(['+', '-', '*', '/'] as const).map((one) => () => one)),
          this.double(more),
          this.double(more),
        ),
      () => build.conditional(this.bool(more), this.double(more), build.negate(this.double(more)), DOUBLE),
      () => this.#call(DOUBLE, 'double(int)', this.int(more)),
      () => this.#call(DOUBLE, 'math.round', this.double(more)),
      () => this.#call(DOUBLE, 'double(string)', this.text(more)),
    )
  }

  doubles(depth: number): Expr {
    if (depth <= 0 && this.#next(2) === 0) return build.data('weights', DOUBLES)
    if (depth > 0 && this.#next(3) === 0) {
      const [variable, inner] = this.#inside(DOUBLE)
      return build.select(this.doubles(depth - 1), variable, inner.bool(depth - 1), inner.double(depth - 1), DOUBLES)
    }
    return build.collect(
      Array.from({ length: this.#next(4) }, () => this.double(depth)),
      DOUBLES,
    )
  }

  numbers(depth: number): Expr {
    if (depth <= 0) return build.data('facts', NUMBERS)
    const more = depth - 1
    const [variable, inner] = this.#inside(INT)
    return this.#pick<Expr>(
      () =>
        build.collect(
          Array.from({ length: this.#next(4) }, () => this.int(more)),
          NUMBERS,
        ),
      () => build.concat(this.numbers(more), this.numbers(more), NUMBERS),
      () => build.select(this.numbers(more), variable, inner.bool(more), null, NUMBERS),
      () => build.select(this.numbers(more), variable, null, inner.int(more), NUMBERS),
      () => build.select(this.numbers(more), variable, inner.bool(more), inner.int(more), NUMBERS),
    )
  }

  counts(depth: number): Expr {
    if (depth <= 0) return build.callerField('counts', COUNTS)
    const keys = WORDS.slice(0, this.#next(4))
    return build.collectMap(
      keys.map((key) => ({ key, value: this.int(depth - 1) })),
      COUNTS,
    )
  }

  range(): Expr {
    return build.constant('10.0.0.0/8', { kind: 'cidr' })
  }

  time(depth: number): Expr {
    const variable = this.#variable('timestamp')
    if (variable !== null) return variable
    if (depth <= 0) return this.#next(2) === 0 ? build.requestField('time') : build.constant(253402300799_000000000n, TIMESTAMP)
    const more = depth - 1
    return this.#pick<Expr>(
      () => build.arithmetic('+', this.time(more), this.span(more), TIMESTAMP),
      () => build.arithmetic('-', this.time(more), this.span(more), TIMESTAMP),
      () => this.#call(TIMESTAMP, 'timestamp(int)', this.int(more)),
      () => this.#choice(more, TIMESTAMP, (inner) => inner.time(more)),
    )
  }

  /** One of two values, whether there is one, or one that reads a variable. */
  #choice(depth: number, type: Type, make: (inner: RandomExpressions) => Expr): Expr {
    const [variable, inner] = this.#inside(INT)
    return this.#pick<Expr>(
      () => build.conditional(this.bool(depth), make(this), make(this), type),
      () => build.orValue(build.optMap(this.maybe(depth), variable, make(inner)), make(this), type),
      () => build.bind(variable, this.int(depth), make(inner)),
      () => {
        const [time, sees] = this.#inside(TIMESTAMP)
        return build.bind(time, this.time(depth), make(sees))
      },
      () => {
        const [span, sees] = this.#inside(DURATION)
        return build.bind(span, this.span(depth), make(sees))
      },
    )
  }

  span(depth: number): Expr {
    const variable = this.#variable('duration')
    if (variable !== null) return variable
    if (depth <= 0)
      return build.constant([0n, 1n, -90_000_000_000n, 315_576_000_000_000_000_000n][this.#next(4)] as bigint, DURATION)
    const more = depth - 1
    return this.#pick<Expr>(
      () => build.arithmetic('+', this.span(more), this.span(more), DURATION),
      () => build.arithmetic('-', this.span(more), this.span(more), DURATION),
      () => build.arithmetic('-', this.time(more), this.time(more), DURATION),
      () => this.#choice(more, DURATION, (inner) => inner.span(more)),
      () => this.#call(DURATION, 'duration(string)', this.text(more)),
    )
  }

  text(depth: number): Expr {
    const variable = this.#variable('string')
    if (variable !== null) return variable
    if (depth <= 0)
      return this.#pick<Expr>(
        () => build.constant(WORDS[this.#next(WORDS.length)] as string, STRING),
        () => build.param(2, 'name', STRING),
        () => build.requestField('path'),
        () => build.field(build.body(RECORD), 'label', STRING),
      )
    const more = depth - 1
    return this.#pick<Expr>(
      () => build.concat(this.text(more), this.text(more), STRING),
      () => this.#call(STRING, 'string.lowerAscii', this.text(more)),
      () => this.#call(STRING, 'string.charAt', this.text(more), this.int(more)),
      () => this.#call(STRING, 'string.substring', this.text(more), this.int(more)),
      () => this.#call(STRING, 'string(int)', this.int(more)),
      () => this.#call(STRING, 'string(timestamp)', this.time(more)),
      () => this.#call(STRING, 'string(duration)', this.span(more)),
      () => this.#call(STRING, 'string(ip)', this.#call(IP, 'ip(string)', this.text(more))),
      () => this.#call(STRING, 'list.join', this.#call(TEXTS, 'string.split', this.text(more), this.text(more)), this.text(more)),
      () => build.conditional(this.bool(more), this.text(more), this.text(more), STRING),
      () => this.text(0),
    )
  }
}

export function randomWorld(next: Random): World {
  const one = <T>(...values: readonly T[]) => values[next(values.length)] as T
  const some = <T>(values: readonly T[]) => values.filter(() => next(2) === 0)
  return {
    params: [next(3) - 1, one(MAX, -MAX), one(...WORDS)],
    caller: {
      flag: one(true, false),
      nick: one(undefined, 'a', 'B'),
      level: one(0, 1, 4),
      rank: one(undefined, 0, 2),
      names: new Set(some(WORDS)),
      counts: new Map(some(WORDS.map((word, at) => [word, at] as const))),
    },
    roles: [next(8)],
    identity: next(2),
    auth: { time: one(null, 0n, 500_000_000n), acr: one(null, 'gold'), mfa: next(2) === 0 },
    request: {
      method: 'GET',
      host: 'h',
      path: '/ab',
      time: one(0n, 1_500_000_000n, 1774746000_000000000n),
      sourceIp: one('10.0.0.1', '::1'),
    },
    headers: next(2) === 0 ? {} : { x: 'y' },
    mtls: next(2) === 0 ? null : { spiffe_id: 'spiffe://a/b', trust_domain: 'a', path: '/b', dns_names: [] },
    query: { page: one(undefined, 0, 2) },
    body: { count: one(undefined, 3), label: one(...WORDS) },
    data: { facts: some([0, 1, 2, 3, -1, MAX]), weights: new Set(some([0, 0.5, -1])) },
  }
}
