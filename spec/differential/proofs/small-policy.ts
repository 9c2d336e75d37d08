/** Policies of which every request can be asked: few things can be read, and each can be few things as far as conditions tell. */
import { Random } from '../generate/random.ts'

/** A policy, and what a request to it can be: each of these with each value. */
export interface SmallPolicy {
  readonly text: string
  readonly fields: readonly Field[]
  /** Whether there is arithmetic in it, of which a proof need not know anything. */
  readonly wild: boolean
}

export interface Field {
  readonly kind: keyof typeof FIELDS
  readonly name: string
  /** As JSON; undefined: it is left out. */
  readonly values: readonly unknown[]
}

/** Beyond what policies say, and its negation, two more: one of two can be less. */
const INTS = [-5, -4, -3, -2, -1, 0, 1, 2, 3, 4, 5]
/** `x` and `y` stand in policies. Of others there are as many as there are texts to be read. */
const TEXTS = ['x', 'y', 'v', 'w']
const SETS = Array.from({ length: 2 ** TEXTS.length }, (_, bits) => TEXTS.filter((_member, at) => (bits & (1 << at)) !== 0))
/** What is under `x` and `y` matters; of others, whether they are there. */
const MAPS = [undefined, false, true].flatMap((x) =>
  [undefined, false, true].flatMap((y) => [
    { x, y },
    { x, y, v: true },
    { x, y, w: true },
    { x, y, v: true, w: true },
  ]),
)

/** What is asked of a text by itself, where nothing is asked of it beside other things. */
const ASKED: readonly ((text: string) => boolean)[] = ['x', 'y'].flatMap((letter) => [
  (text: string) => text === letter,
  (text: string) => text.startsWith(letter),
  (text: string) => text.endsWith(letter),
  (text: string) => text.includes(letter),
  (text: string) => text < letter,
  (text: string) => /^[xv]$/.test(text),
])

const LETTERS = ['x', 'y', 'v', 'z']

/** One text for each way in which these can be answered. */
const ANSWERED = [...new Map(longer(LETTERS, 4).map((text) => [ASKED.map((is) => is(text)).join(), text])).values()]

function longer(texts: readonly string[], length: number): readonly string[] {
  return length === 1 ? texts : [...texts, ...longer(texts, length - 1).flatMap((text) => LETTERS.map((letter) => letter + text))]
}

/** What each kind of thing is called, where it stands, and what it can be. */
const FIELDS = {
  'claim int': { type: 'int', values: INTS },
  'claim bool': { type: 'bool', values: [false, true] },
  'claim text': { type: 'string', values: TEXTS },
  'claim set': { type: 'set<string>', values: SETS },
  'claim optional': { type: 'int', values: [undefined, ...INTS] },
  'body int': { type: 'int', values: INTS },
  'body literal': { type: '"p" | "q" | "r"', values: ['p', 'q', 'r'] },
  'body map': { type: 'map<string, bool>', values: MAPS.map((map) => JSON.parse(JSON.stringify(map))) },
  'body list': { type: 'list<string>', values: [...SETS, ['x', 'x'], ['y', 'x']] },
  param: { type: 'string', values: TEXTS },
  authentication: {
    type: '',
    values: [null, ...[5, 10, 20].flatMap((age) => ['pwd', 'mfa', 'acr', 'mfa acr'].map((how) => [how, age]))],
  },
  'data set': { type: 'set<string>', values: SETS },
} as const satisfies Record<string, { readonly type: string; readonly values: readonly unknown[] }>

/** More requests than this are too many. */
const REQUESTS = 2_500

/** It may have errors: a rule may ask who calls where that is known. */
export function smallPolicy(seed: number): SmallPolicy {
  const random = new Random(seed)
  const affixes = random.chance(0.4)
  const fields: Field[] = []
  for (const kind of random.sample(Object.keys(FIELDS) as (keyof typeof FIELDS)[], random.int(2, 4))) {
    const name = `${kind.replace(' ', '_')}`
    const values = isText(kind) && affixes ? ANSWERED : FIELDS[kind].values
    if (fields.reduce((product, field) => product * field.values.length, values.length) <= REQUESTS)
      fields.push({ kind, name, values })
  }
  const wild = random.chance(0.25)
  return { text: new Writer(random, fields, wild, affixes).text(), fields, wild }
}

/** Who calls, as far as it is known where a condition stands. */
type Scope = 'role' | 'staff' | 'program' | 'known' | 'anyone'

const SCOPES: Readonly<Record<string, Scope>> = {
  'to staff': 'staff',
  'to some': 'staff',
  'to program': 'program',
  'to other': 'known',
  'to authenticated': 'known',
}

/** What `caller is` can ask there. */
const CALLERS: Readonly<Record<Scope, readonly string[]>> = {
  role: [],
  staff: ['some', 'other'],
  program: ['other'],
  known: ['some', 'other', 'staff', 'program'],
  anyone: ['some', 'other', 'staff', 'program', 'anonymous'],
}

class Writer {
  readonly #random: Random
  readonly #fields: readonly Field[]
  readonly #wild: boolean
  readonly #affixes: boolean

  constructor(random: Random, fields: readonly Field[], wild: boolean, affixes: boolean) {
    this.#wild = wild
    this.#affixes = affixes
    this.#random = random
    this.#fields = fields
  }

  text(): string {
    const random = this.#random
    const claims = this.#of('claim').map(
      ({ kind, name }) => `  ${name}${kind === 'claim optional' ? '?' : ''}: ${FIELDS[kind].type}`,
    )
    const body = this.#of('body').map(({ kind, name }) => `${name}: ${FIELDS[kind].type}`)
    const param = this.#has('param') ? '{id}' : 'all'
    const rules = Array.from({ length: random.int(2, 5) }, (_, at) => this.#rule(at))
    const invariants = Array.from({ length: random.int(2, 4) }, (_, at) => this.#invariant(at))
    return `identity staff via jwt {\n  sub: string\n${claims.join('\n')}\n}
identity program via api_key { sub: string }
role some of staff when ${this.#condition('role', 1)}
role other of staff, program when caller is some || caller is program
${this.#of('data')
  .map(({ kind, name }) => `data ${name}: ${FIELDS[kind].type}\n`)
  .join('')}service s at "s.test" {
  route get POST "/${param}"${body.length > 0 ? ` body { ${body.join(', ')} }` : ''}
}
${[...rules, ...invariants].join('\n')}\n`
  }

  #of(place: string): readonly Field[] {
    return this.#fields.filter(({ kind }) => kind.startsWith(place))
  }

  #has(kind: Field['kind']): boolean {
    return this.#fields.some((field) => field.kind === kind)
  }

  #rule(at: number): string {
    const random = this.#random
    const effect = random.chance(0.65) ? 'permit' : 'forbid'
    const to = random.pick(
      effect === 'forbid'
        ? ['', 'to staff', 'to anyone']
        : ['to staff', 'to anyone', 'to some', 'to other', 'to program', 'to authenticated'],
    )
    const scope = SCOPES[to] ?? 'anyone'
    const clauses = Array.from({ length: random.int(effect === 'forbid' ? 1 : 0, 2) }, () => {
      if (this.#has('authentication') && random.chance(0.3))
        return effect === 'permit' ? `require ${this.#requirement()}` : `unless ${this.#requirement()}`
      return `${random.pick(['when', 'when', 'unless'])} ${this.#condition(scope, random.int(0, 2))}`
    })
    return `${effect} rule${at} on s.get ${to}\n  ${clauses.join('\n  ')}`
  }

  #invariant(at: number): string {
    const form = this.#random.pick(['permitted only when', 'permitted when', 'denied when'])
    return `invariant inv${at} on s.get ${form} ${this.#condition('anyone', this.#random.int(0, 2), true)}`
  }

  #requirement(): string {
    return this.#random.pick(['mfa', 'mfa within 10m', 'acr "acr"', 'acr "acr" within 10m', 'auth within 10m'])
  }

  #condition(scope: Scope, depth: number, requirements = false): string {
    const random = this.#random
    const inner = () => this.#condition(scope, depth - 1, requirements)
    if (depth > 0)
      switch (random.int(0, 5)) {
        case 0:
        case 1:
          return `(${inner()} && ${inner()})`
        case 2:
        case 3:
          return `(${inner()} || ${inner()})`
        case 4:
          return `!(${inner()})`
        case 5:
          return `(${inner()} ? ${inner()} : ${inner()})`
      }
    if (requirements && this.#has('authentication') && random.chance(0.3)) return this.#requirement()
    if (scope !== 'role' && random.chance(0.15)) return `caller is ${random.pick(CALLERS[scope])}`
    const usable = this.#fields.filter(({ kind }) => isUsable(kind, scope))
    if (usable.length === 0) return random.pick(['true', 'false'])
    const field = random.pick(usable)
    const said = this.#about(field, usable)
    return (scope === 'anyone' || scope === 'known') && field.kind.startsWith('claim') ? `(caller is staff && ${said})` : said
  }

  #about(field: Field, usable: readonly Field[]): string {
    const random = this.#random
    const read = readOf(field)
    const number = () => String(random.int(0, 3))
    const compare = () => random.pick(['==', '!=', '<', '<=', '>', '>='])
    const text = () => random.pick(['"x"', '"y"'])
    const another = (...kinds: readonly Field['kind'][]) => {
      const own = field.kind.startsWith('claim')
      return usable
        .filter((one) => one !== field && kinds.includes(one.kind) && (own || !one.kind.startsWith('claim')))
        .map(readOf)
    }
    switch (field.kind) {
      case 'claim int':
      case 'body int':
        return random.pick([
          `${read} ${compare()} ${random.pick([number(), ...another('claim int', 'body int')])}`,
          `${read} in [${number()}, ${number()}]`,
          `-${read} ${compare()} ${number()}`,
          ...(this.#wild
            ? [`10 / ${read} ${compare()} ${number()}`, `${read} % 2 == ${number()}`, `${read} * ${read} < ${number()}`]
            : []),
        ])
      case 'claim bool':
        return random.pick([read, `!${read}`, `${read} == false`])
      case 'claim text':
      case 'param':
        return random.pick([
          `${read} ${random.pick(['==', '!='])} ${random.pick([text(), ...(this.#affixes ? [] : another('claim text', 'param'))])}`,
          `${read} in ${random.pick(['["x", "y"]', ...(this.#affixes ? [] : another('claim set', 'data set', 'body map', 'body list'))])}`,
          ...(this.#affixes
            ? [`${read} < ${text()}`, ...['startsWith', 'endsWith', 'contains'].map((name) => `${read}.${name}(${text()})`)]
            : []),
          `${read}.matches("^[xv]$")`,
        ])
      case 'claim set':
      case 'data set':
        return random.pick([
          `${text()} in ${read}`,
          `sets.intersects(${read}, ["x", "y"])`,
          `sets.contains(${read}, ["x", "y"])`,
          `sets.contains(["x", "y"], ${read})`,
          `${read} == ["x", "y"]`,
          `${read}.exists(e, e == ${text()})`,
          `${read}.all(e, e != ${text()})`,
          `${read}.all(e, e in ["x", "v"])`,
          `size(${read}) ${random.pick(['== 0', '> 0'])}`,
        ])
      case 'claim optional':
        return random.pick([
          `has(caller.claim_optional)`,
          `(has(caller.claim_optional) && caller.claim_optional ${compare()} ${number()})`,
          `(!has(caller.claim_optional) || caller.claim_optional ${compare()} ${number()})`,
          `caller.?claim_optional.orValue(${number()}) ${compare()} ${number()}`,
          `caller.?claim_optional.hasValue()`,
        ])
      case 'body literal':
        return random.pick([`${read} == "p"`, `${read} != "q"`, `${read} in ["p", "q"]`, `!(${read} in ["p", "q", "r"])`])
      case 'body map':
        return random.pick([
          `${text()} in ${read}`,
          `("y" in ${read} && ${read}["y"])`,
          `(!("x" in ${read}) || ${read}["x"])`,
          `${read}[?${text()}].orValue(${random.pick(['true', 'false'])})`,
          `("x" in ${read} && ${read}["x"])`,
        ])
      case 'body list':
        return random.pick([
          `${text()} in ${read}`,
          `${read}.exists(e, e == ${text()})`,
          `${read}.all(e, e in ["x", "y"])`,
          `${read} == []`,
          `size(${read}) > 0`,
        ])
      default:
        return 'true'
    }
  }
}

function isText(kind: Field['kind']): boolean {
  return kind === 'claim text' || kind === 'param'
}

function isUsable(kind: Field['kind'], scope: Scope): boolean {
  if (kind === 'authentication') return false
  if (kind.startsWith('claim')) return scope !== 'program'
  return scope !== 'role' || kind.startsWith('data')
}

function readOf({ kind, name }: Field): string {
  if (kind === 'param') return 'params.id'
  const [place] = kind.split(' ')
  return place === 'claim' ? `caller.${name}` : place === 'body' ? `body.${name}` : name
}
