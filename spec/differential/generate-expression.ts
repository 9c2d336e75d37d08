/** Expressions that check, from the types of what can be read, with guards that narrow as the checker narrows. */
import type { Type } from '../../language/index.ts'
import { DOUBLES, GREATEST, HEADERS, INTS, KEYS, TEXTS, WIDE } from './constants.ts'
import { type Environment, join, type Read, readable, withCallers, withPresent } from './environment.ts'
import type { Random } from './random.ts'

/** A text, and how tightly it holds together: 0 `?:`, 1 `||`, 2 `&&`, 3 relations, 4 `+ -`, 5 all else. */
export interface Written {
  readonly text: string
  readonly level: number
}

/** A bool, and what is known where it is true and where it is false. */
export interface Condition extends Written {
  readonly whenTrue: Environment
  readonly whenFalse: Environment
}

const INFINITE = ['1e308 + 1e308', '-1e308 - 1e308', '1e308 + 1e308 - (1e308 + 1e308)']

type Scalar = 'bool' | 'int' | 'double' | 'string'

export class ExpressionGenerator {
  readonly #random: Random

  constructor(random: Random) {
    this.#random = random
  }

  bool(environment: Environment, depth: number): Condition {
    const random = this.#random
    if (depth <= 0) return random.chance(0.35) ? this.#guard(environment) : this.#test(environment, 0)
    return random.way<Condition>([
      [5, () => this.#test(environment, depth)],
      [3, () => this.#guard(environment)],
      [4, () => this.#chain(environment, depth, '&&')],
      [3, () => this.#chain(environment, depth, '||')],
      [2, () => this.#guarded(environment, depth)],
      [1.5, () => this.#not(this.bool(environment, depth - 1))],
      [1, () => this.#conditional(environment, depth)],
      [0.7, () => this.#doubtfulGuard(environment, depth)],
    ])
  }

  #plain(text: string, level: number, environment: Environment): Condition {
    return { text, level, whenTrue: environment, whenFalse: environment }
  }

  #chain(environment: Environment, depth: number, operator: '&&' | '||'): Condition {
    let inside = environment
    const operands = this.#random.list(2, 3, () => {
      const operand = this.bool(inside, depth - 1)
      inside = operator === '&&' ? operand.whenTrue : operand.whenFalse
      return operand
    })
    return chained(environment, operator, operands)
  }

  /** A guard, and something about what it makes readable. */
  #guarded(environment: Environment, depth: number): Condition {
    const guard = this.#random.chance(0.25) ? this.#doubtfulGuard(environment, depth) : this.#guard(environment)
    const operator = this.#random.chance(0.7) ? '&&' : '||'
    return chained(environment, operator, [
      guard,
      this.after(environment, operator === '&&' ? guard.whenTrue : guard.whenFalse, depth - 1),
    ])
  }

  /** A condition that, where it can, reads what is known now and was not before. */
  after(before: Environment, environment: Environment, depth: number): Condition {
    const known = new Set(readable(before).now.map(({ text }) => text))
    const gained = readable(environment).now.filter(({ text }) => !known.has(text))
    if (gained.length === 0 || this.#random.chance(0.2)) return this.bool(environment, depth)
    return this.#about(this.#random.pick(gained), environment, depth)
  }

  #aboutText(text: Written, environment: Environment, depth: number): Written {
    const random = this.#random
    return random.way<Written>([
      [3, () => this.#textTest(text, environment, depth)],
      [3, () => relation(text, random.pick(['<', '<', '<=', '>', '>=', '==']), atom(quote(random.pick(WIDE))))],
      [1.5, () => relation(atom(`size(${text.text})`), random.pick(['==', '!=', '<', '>']), atom(String(random.int(0, 3))))],
      [5, () => this.#compare('string', text, environment, depth)],
    ])
  }

  /** A test of something that can be read. */
  #about(read: Read, environment: Environment, depth: number): Condition {
    const random = this.#random
    const of = ({ text, level }: Written) => this.#plain(text, level, environment)
    const { text, type } = read
    switch (type.kind) {
      case 'bool':
        return of(this.#bools(atom(text), environment, depth))
      case 'int':
      case 'double':
      case 'string':
        if (type.kind === 'string') return of(this.#aboutText(atom(text), environment, depth))
        return of(this.#compare(type.kind, atom(text), environment, depth))
      case 'literals':
        return of(this.#literals(read))
      case 'list':
      case 'set':
        return of(this.#collection(read, environment, depth))
      case 'map':
        return this.#inMap(read, environment)
      case 'record': {
        const fields = readable(environment).now.filter((other) => other.text.startsWith(`${text}.`))
        return fields.length > 0 ? this.#about(random.pick(fields), environment, depth) : this.bool(environment, depth)
      }
      default:
        throw new Error(`nothing of the type ${type.kind} is read`)
    }
  }

  #not(operand: Condition): Condition {
    return { text: `!${within(operand, 5)}`, level: 5, whenTrue: operand.whenFalse, whenFalse: operand.whenTrue }
  }

  #conditional(environment: Environment, depth: number): Condition {
    const test = this.bool(environment, depth - 1)
    const then = this.bool(test.whenTrue, depth - 1)
    const otherwise = this.bool(test.whenFalse, depth - 1)
    return {
      text: `${within(test, 1)} ? ${within(then, 1)} : ${within(otherwise, 0)}`,
      level: 0,
      whenTrue: join(environment, [then.whenTrue, otherwise.whenTrue]),
      whenFalse: join(environment, [then.whenFalse, otherwise.whenFalse]),
    }
  }

  /** A guard whichever way its test goes, so that the only way not to know what it says is that the test errs. */
  #doubtfulGuard(environment: Environment, depth: number): Condition {
    const mayErr = environment.params !== null
    const nearly = mayErr && this.#random.chance(0.6)
    const test = nearly ? this.#nearTheEnd(environment, depth) : this.#test(environment, depth)
    const guard = this.#guard(environment)
    return { ...guard, text: `${within(test, 1)} ? ${within(guard, 1)} : ${within(guard, 0)}`, level: 0 }
  }

  #guard(environment: Environment): Condition {
    const random = this.#random
    const { now, guarded } = readable(environment)
    const { params, callers, identities, roles } = environment
    const maps = now.filter(({ type }) => type.kind === 'map')
    const has = (read: Read) => this.#present(`has(${read.text})`, 5, read.text, environment)
    return random.way<Condition>(
      [
        [guarded.length > 0 ? 4 : 0, () => has(random.pick(guarded))],
        [0.3, () => has(random.pick(now.filter(({ text }) => /^[\w.]+\.\w+$/.test(text) && text !== 'caller')) ?? now[0])],
        [maps.length > 0 ? 3 : 0, () => this.#inMap(random.pick(maps), environment)],
        [params === null ? 0 : 1.5, () => this.#inHeaders(environment)],
        [callers.length > 1 ? 4 : 0.5, () => this.#is(environment)],
        [identities.length + roles.length > 0 ? 0.5 : 0, () => this.#is(environment)],
      ].filter((way): way is [number, () => Condition] => (way[0] as number) > 0 && !(now.length === 0 && way[0] === 0.3)),
    )
  }

  #present(text: string, level: number, path: string, environment: Environment): Condition {
    return { text, level, whenTrue: withPresent(environment, path), whenFalse: environment }
  }

  #inMap(map: Read, environment: Environment): Condition {
    const random = this.#random
    const keys = readable(environment).now.filter(({ type, text }) => type.kind === 'string' && !text.includes('['))
    const plain = keys.length > 0 && random.chance(0.5) ? random.pick(keys).text : quote(random.pick(KEYS))
    const key = random.chance(0.15) && !plain.startsWith('"') ? `${plain}.lowerAscii()` : plain
    return this.#present(`${key} in ${map.text}`, 3, `${map.text}[${key}]`, environment)
  }

  #inHeaders(environment: Environment): Condition {
    const name = quote(this.#random.pick(HEADERS))
    return this.#present(`${name} in request.headers`, 3, `request.headers[${name}]`, environment)
  }

  #is(environment: Environment): Condition {
    const { callers, roles } = environment
    const could = roles.filter(({ identities }) => identities.some((identity) => callers.includes(identity)))
    const signedIn = callers.some((caller) => caller !== 'anonymous')
    const ways: (readonly [string, (caller: unknown) => boolean, boolean])[] = [
      ...callers.map(
        (caller) => [caller === 'anonymous' ? caller : caller.name, (one: unknown) => one === caller, true] as const,
      ),
      ...could.map(
        (role) => [role.name, (one: unknown) => role.identities.some((identity) => identity === one), role.always] as const,
      ),
      ...(signedIn ? [['authenticated', (one: unknown) => one !== 'anonymous', true] as const] : []),
    ]
    const [name, fits, certain] = this.#random.pick(ways)
    const whenFalse = certain ? withCallers(environment, (caller) => !fits(caller)) : environment
    return { text: `caller is ${name}`, level: 3, whenTrue: withCallers(environment, fits), whenFalse }
  }

  /** A bool that tells nothing. */
  #test(environment: Environment, depth: number): Condition {
    const random = this.#random
    const reads = readable(environment).now
    const of = (...kinds: readonly Type['kind'][]) => reads.filter(({ type }) => kinds.includes(type.kind))
    const mayErr = environment.params !== null
    const own = reads.filter(({ text }) => !text.startsWith('request.'))
    if (own.length > 0 && random.chance(0.6)) return this.#about(random.pick(own), environment, depth)
    const ways: (readonly [number, () => Written])[] = [
      [5, () => this.#compare('int', this.#scalar('int', environment, depth - 1, true), environment, depth)],
      [mayErr ? 1.2 : 0, () => this.#nearTheEnd(environment, depth)],
      [
        of('double').length > 0 ? 2.5 : 0,
        () => this.#compare('double', this.#scalar('double', environment, Math.max(depth, 1), true), environment, depth),
      ],
      [
        of('string').length > 0 ? 5 : 0,
        () => this.#compare('string', this.#scalar('string', environment, depth - 1, true), environment, depth),
      ],
      [of('bool').length > 0 ? 2 : 0.3, () => this.#bools(this.#scalar('bool', environment, 0, true), environment, depth)],
      [of('literals').length > 0 ? 2 : 0, () => this.#literals(random.pick(of('literals')))],
      [of('list', 'set').length > 0 ? 5 : 0, () => this.#collection(random.pick(of('list', 'set')), environment, depth)],
      [
        of('string').length > 0 ? 2.5 : 0,
        () => this.#textTest(this.#scalar('string', environment, depth - 1, true), environment, depth),
      ],
      [1, () => this.#inLiteral(random.pick(['int', 'double', 'string']), environment, depth)],
      [0.15, () => atom(random.pick(['true', 'false']))],
    ]
    const { text, level } = random.way(ways)
    return this.#plain(text, level, environment)
  }

  #compare(type: Exclude<Scalar, 'bool'>, left: Written, environment: Environment, depth: number): Written {
    const right = this.#scalar(type, environment, Math.max(depth, 1), false)
    const operator = this.#random.pick(['==', '==', '!=', '<', '<', '<=', '>', '>='])
    const [first, second] = this.#random.chance(0.8) ? [left, right] : [right, left]
    return relation(first, operator, second)
  }

  /** A sum that often leaves the range of `int`, compared. */
  #nearTheEnd(environment: Environment, depth: number): Written {
    const random = this.#random
    const value = within(this.#scalar('int', environment, depth - 1, true), 5)
    const far = GREATEST - random.int(0, 3)
    const sum = random.pick([`${value} + ${far}`, `${far} + ${value}`, `-${far} - ${value}`, `${value} - ${far}`])
    return relation(
      { text: sum, level: 4 },
      random.pick(['>', '<', '>=', '!=']),
      atom(random.pick(['0', String(far), String(-far)])),
    )
  }

  #bools(read: Written, environment: Environment, depth: number): Written {
    if (this.#random.chance(0.5)) return read
    const other = this.#random.chance(0.3) ? this.#constant('bool') : this.bool(environment, depth - 1)
    return relation(read, this.#random.pick(['==', '!=']), other)
  }

  #literals({ text, type }: Read): Written {
    if (type.kind !== 'literals') throw new Error('not a union of literals')
    const some = quote(this.#random.pick(type.values))
    return this.#random.pick([
      relation(atom(text), '==', atom(some)),
      relation(atom(text), '!=', atom(some)),
      relation(atom(some), 'in', atom(`[${quote(this.#random.pick(type.values))}, ${text}]`)),
      relation(atom(text), 'in', atom(`[${[some, quote(this.#random.pick(TEXTS))].join(', ')}]`)),
      relation(atom(text), '<', atom(some)),
      atom(`${text}.endsWith(${quote(some.slice(-2, -1))})`),
    ])
  }

  #collection(read: Read, environment: Environment, depth: number): Written {
    const random = this.#random
    const { type } = read
    if (type.kind !== 'list' && type.kind !== 'set') throw new Error('not a collection')
    const sized = relation(
      atom(random.chance(0.5) ? `size(${read.text})` : `${read.text}.size()`),
      random.pick(['==', '>', '<=']),
      atom(String(random.int(0, 3))),
    )
    if (!isScalar(type.element)) return sized
    const element = () => within(this.#element(type.element, environment, depth - 1), 0)
    const literal = () => atom(`[${random.list(1, 3, element).join(', ')}]`)
    const others = readable(environment).now.filter((other) => other.type === type || sameElements(other.type, type))
    return random.way<Written>([
      [5, () => relation(this.#element(type.element, environment, depth - 1), 'in', atom(read.text))],
      [2, () => sized],
      [
        2,
        () =>
          relation(atom(read.text), random.pick(['==', '!=']), random.chance(0.5) ? literal() : atom(random.pick(others).text)),
      ],
      [1, () => relation(literal(), '==', atom(read.text))],
      [0.3, () => relation(atom(read.text), '==', atom('[]'))],
      [
        type.kind === 'list' ? 1.5 : 0,
        () =>
          relation({ text: `${read.text} + ${literal().text}`, level: 4 }, random.pick(['==', '!=']), {
            text: `${literal().text} + ${read.text}`,
            level: 4,
          }),
      ],
    ])
  }

  /** Something that may be in a collection of this element type. */
  #element(type: Type, environment: Environment, depth: number): Written {
    if (type.kind === 'literals') return atom(quote(this.#random.pick(type.values)))
    return this.#scalar(type.kind as Scalar, environment, depth, false)
  }

  #textTest(receiver: Written, environment: Environment, depth: number): Written {
    const name = this.#random.pick(['startsWith', 'endsWith', 'contains'])
    return atom(`${within(receiver, 5)}.${name}(${this.#scalar('string', environment, depth - 1, false).text})`)
  }

  #inLiteral(type: Exclude<Scalar, 'bool'>, environment: Environment, depth: number): Written {
    const reads = readable(environment).now.filter((read) => read.type.kind === type)
    if (type !== 'int' && reads.length === 0) return this.#inLiteral('int', environment, depth)
    const left = this.#scalar(type, environment, depth - 1, true)
    const elements = this.#random.list(1, 3, () => within(this.#scalar(type, environment, depth - 1, false), 0))
    return relation(left, 'in', atom(`[${elements.join(', ')}]`))
  }

  /** `open`: not a literal, nor made of literals alone, where there is anything else to make it of. */
  #scalar(type: Scalar, environment: Environment, depth: number, open: boolean): Written {
    const random = this.#random
    const reads = readable(environment).now.filter((read) => read.type.kind === type)
    const read = () => atom(random.pick(reads).text)
    const leaf = () => (reads.length > 0 && (open || random.chance(0.4)) ? read() : this.#constant(type))
    const sized = readable(environment).now.filter((one) => ['string', 'list', 'set', 'map'].includes(one.type.kind))
    const size = () => {
      const of = random.pick(sized).text
      return atom(random.chance(0.5) ? `size(${of})` : `${of}.size()`)
    }
    if (depth <= 0) return type === 'int' && reads.length === 0 && open && sized.length > 0 ? size() : leaf()
    const inner = (open_: boolean) => this.#scalar(type, environment, depth - 1, open_)
    const sum = (operator: string): Written => ({
      text: `${within(inner(open), 4)} ${operator} ${within(inner(false), 5)}`,
      level: 4,
    })
    const mayAdd = type !== 'int' || environment.params !== null
    return random.way<Written>([
      [5, leaf],
      [type !== 'bool' && mayAdd ? 1.5 : 0, () => sum('+')],
      [(type === 'int' && mayAdd) || type === 'double' ? 1.2 : 0, () => sum('-')],
      [
        type === 'int' || type === 'double' ? 0.8 : 0,
        () => ({ text: `-${within(inner(open), 5).replace(/^-/, ' -')}`, level: 5 }),
      ],
      [type === 'int' && sized.length > 0 ? 1.5 : 0, size],
      [type === 'string' ? 1 : 0, () => atom(`${within(inner(open), 5)}.${random.pick(['lowerAscii', 'upperAscii'])}()`)],
      [0.7, () => this.#choice(type, environment, depth, open)],
      // Infinite, and no number.
      [type === 'double' ? 0.6 : 0, () => ({ text: random.pick(INFINITE), level: 4 })],
    ])
  }

  #choice(type: Scalar, environment: Environment, depth: number, open: boolean): Written {
    const test = this.bool(environment, depth - 1)
    const then = this.#scalar(type, test.whenTrue, depth - 1, open)
    const otherwise = this.#scalar(type, test.whenFalse, depth - 1, open)
    return { text: `${within(test, 1)} ? ${within(then, 1)} : ${within(otherwise, 0)}`, level: 0 }
  }

  #constant(type: Scalar): Written {
    const random = this.#random
    switch (type) {
      case 'bool':
        return atom(random.pick(['true', 'false']))
      case 'int':
        return atom(String(random.chance(0.8) ? random.pick(INTS.filter((int) => Math.abs(int) < 100)) : random.pick(INTS)))
      case 'double':
        return atom(showDouble(random.pick(DOUBLES)))
      case 'string':
        return atom(quote(random.pick(TEXTS)))
    }
  }
}

function atom(text: string): Written {
  return { text, level: 5 }
}

/** Operands of which each stands where those before it did not settle the chain. */
function chained(environment: Environment, operator: '&&' | '||', operands: readonly Condition[]): Condition {
  const isAnd = operator === '&&'
  const level = isAnd ? 2 : 1
  const text = operands.map((operand) => within(operand, level)).join(` ${operator} `)
  const last = operands.at(-1) as Condition
  const stopped = operands.map((operand) => (isAnd ? operand.whenFalse : operand.whenTrue))
  const all = isAnd ? last.whenTrue : last.whenFalse
  const some = join(environment, stopped)
  return { text, level, whenTrue: isAnd ? all : some, whenFalse: isAnd ? some : all }
}

function relation(left: Written, operator: string, right: Written): Written {
  return { text: `${within(left, 4)} ${operator} ${within(right, 4)}`, level: 3 }
}

/** The text where something that holds together at least so tightly must stand. */
function within({ text, level }: Written, least: number): string {
  return level >= least ? text : `(${text})`
}

function isScalar({ kind }: Type): boolean {
  return ['bool', 'int', 'double', 'string', 'literals'].includes(kind)
}

function sameElements(a: Type, b: Type): boolean {
  return (a.kind === 'list' || a.kind === 'set') && a.kind === b.kind && 'element' in b && a.element === b.element
}

/** As a policy writes it: with the escapes of JSON, which are escapes there too, and no hidden characters. */
export function quote(text: string): string {
  return JSON.stringify(text).replace(/[\u2028\u2029]/g, (hidden) => `\\u${hidden.charCodeAt(0).toString(16)}`)
}

function showDouble(double: number): string {
  const text = String(double)
  return /[.e]/.test(text) ? text.replace('e+', 'e') : `${text}.0`
}
