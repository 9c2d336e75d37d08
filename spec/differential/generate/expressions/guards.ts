/** Conditions that tell something: what is there, and who calls. */
import * as constants from '../constants.ts'
import * as t from '../types.ts'
import { type Caller, type Environment, join, withCallers, withPresent } from './environment.ts'
import type { Maker } from './maker.ts'
import { type Read, readable } from './readable.ts'
import { type Condition, LEVEL, type Level, within, written } from './written.ts'

export function guard(make: Maker, at: Environment): Condition {
  const { random } = make
  const { now, missing, optional, ofKind } = readable(at)
  const maps = ofKind.get('map') ?? []
  const there = now.filter(({ text }) => /^[\w.]+\.\w+$/.test(text))
  return random.way<Condition>([
    [missing.length > 0 ? 4 : 0, () => has(random.pick(missing), at)],
    [there.length > 0 ? 0.3 : 0, () => has(random.pick(there), at)],
    [maps.length > 0 ? 3 : 0, () => isIn(random.pick(maps), make, at)],
    [at.readsRequest ? 1.2 : 0, () => isInHeaders(make, at)],
    [at.callers.length > 1 ? 4 : 0.5, () => isCaller(make, at)],
    [optional.length > 0 ? 1.5 : 0, () => hasValue(make, at)],
  ])
}

export function has({ text }: Read, at: Environment): Condition {
  return present(`has(${text})`, LEVEL.primary, at, text)
}

function present(text: string, level: Level, at: Environment, ...paths: readonly string[]): Condition {
  return { ...written(text, level, t.BOOL), whenTrue: withPresent(at, ...paths), whenFalse: at }
}

/** A key that has one value wherever it stands: a constant, a path, or what a built-in that cannot err makes of one. */
function stableKey({ random }: Maker, at: Environment): string {
  const keys = (readable(at).ofKind.get('string') ?? []).filter(({ text }) => !text.includes('['))
  if (keys.length === 0 || random.chance(0.5)) return constants.quote(random.pick(constants.KEYS))
  const { text } = random.pick(keys)
  return random.chance(0.15) ? `${text}.${random.pick(['lowerAscii', 'trim', 'reverse'])}()` : text
}

export function isIn(map: Read, make: Maker, at: Environment): Condition {
  const key = stableKey(make, at)
  return present(`${key} in ${map.text}`, LEVEL.relation, at, `${map.text}[${key}]`)
}

function isInHeaders({ random }: Maker, at: Environment): Condition {
  const name = constants.quote(random.pick(constants.HEADERS))
  const header = `request.headers[${name}]`
  if (random.chance(0.2)) return present(`request.headers[?${name}].hasValue()`, LEVEL.primary, at, header)
  return present(`${name} in request.headers`, LEVEL.relation, at, header)
}

/** `x.?f.hasValue()` says what `has(x.f)` does, and of what stands before it. */
function hasValue(make: Maker, at: Environment): Condition {
  const { random } = make
  const { optional, ofKind } = readable(at)
  const maps = ofKind.get('map') ?? []
  if (maps.length > 0 && random.chance(0.4)) {
    const map = random.pick(maps).text
    const key = stableKey(make, at)
    return present(`${map}[?${key}].hasValue()`, LEVEL.primary, at, `${map}[${key}]`)
  }
  const { text, path, type } = random.pick(optional)
  const inner = type.kind === 'record' && random.chance(0.7) ? random.pick([...type.fields.keys()]) : null
  if (inner === null) return present(`${text}.hasValue()`, LEVEL.primary, at, path)
  return present(`${text}.?${inner}.hasValue()`, LEVEL.primary, at, path, `${path}.${inner}`)
}

export function isCaller({ random }: Maker, at: Environment): Condition {
  const { callers, roles } = at
  const could = roles.filter(({ identities }) => identities.some((identity) => callers.includes(identity)))
  const ways: (readonly [name: string, fits: (caller: Caller) => boolean, isCertain: boolean])[] = [
    ...callers.map((caller) => [caller === 'anonymous' ? caller : caller.name, (one: Caller) => one === caller, true] as const),
    ...could.map(
      (role) => [role.name, (one: Caller) => role.identities.some((identity) => identity === one), role.always] as const,
    ),
  ]
  if (callers.some((caller) => caller !== 'anonymous')) ways.push(['authenticated', (one) => one !== 'anonymous', true])
  const [name, fits, isCertain] = random.pick(ways)
  const whenFalse = isCertain ? withCallers(at, (caller) => !fits(caller)) : at
  return { ...written(`caller is ${name}`, LEVEL.relation, t.BOOL), whenTrue: withCallers(at, fits), whenFalse }
}

/** A guard whichever way its test goes, so that the only way not to know what it says is that the test errs. */
export function doubtful(test: Condition, sure: Condition): Condition {
  const text = `${within(test, LEVEL.or)} ? ${within(sure, LEVEL.or)} : ${within(sure, LEVEL.conditional)}`
  return { ...sure, text, level: LEVEL.conditional }
}

export function not(operand: Condition): Condition {
  const text = `!${within(operand, LEVEL.sign)}`
  return { ...operand, text, level: LEVEL.sign, isConstant: false, whenTrue: operand.whenFalse, whenFalse: operand.whenTrue }
}

/** Operands of which each stands where those before it did not settle the chain. */
export function chained(at: Environment, operator: '&&' | '||', operands: readonly Condition[]): Condition {
  const isAnd = operator === '&&'
  const level = isAnd ? LEVEL.and : LEVEL.or
  const text = operands.map((operand) => within(operand, level)).join(` ${operator} `)
  const last = operands.at(-1) as Condition
  const all = isAnd ? last.whenTrue : last.whenFalse
  const stopped = join(
    at,
    operands.map((operand) => (isAnd ? operand.whenFalse : operand.whenTrue)),
  )
  return { ...written(text, level, t.BOOL), whenTrue: isAnd ? all : stopped, whenFalse: isAnd ? stopped : all }
}
