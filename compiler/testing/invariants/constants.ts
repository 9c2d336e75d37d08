import type { Model } from '../../../language/checker/model.ts'
import type { Type } from '../../../language/checker/types/type.ts'
import type { Expression } from '../../../language/syntax/ast.ts'
import { walkExpressions } from '../../../language/syntax/children.ts'

/** The constants of a policy's conditions and their neighbors: where decisions change. */
export interface Constants {
  readonly strings: readonly string[]
  readonly ints: readonly number[]
  readonly doubles: readonly number[]
  /** RFC 3339. */
  readonly timestamps: readonly string[]
  readonly durations: readonly string[]
  readonly addresses: readonly string[]
  readonly networks: readonly string[]
  readonly acrs: readonly string[]
  /** Of `within`, in milliseconds. */
  readonly periods: readonly number[]
  /** In lower case. */
  readonly headers: readonly string[]
}

/** Values for policies without constants. */
const ALWAYS = {
  strings: ['a', 'b', ''],
  ints: [0, 1],
  doubles: [0, 0.5],
  timestamps: ['2026-01-01T12:00:00Z', '2025-06-15T00:00:00Z'],
  durations: ['60s'],
  addresses: ['192.0.2.1', '10.1.2.3', '2001:db8::1'],
  networks: ['10.0.0.0/8'],
}

export function constantsOf(model: Model): Constants {
  const found = {
    strings: new Set(ALWAYS.strings),
    ints: new Set(ALWAYS.ints),
    doubles: new Set(ALWAYS.doubles),
    timestamps: new Set(ALWAYS.timestamps),
    durations: new Set(ALWAYS.durations),
    addresses: new Set(ALWAYS.addresses),
    networks: new Set(ALWAYS.networks),
    acrs: new Set<string>(),
    periods: new Set<number>(),
    headers: new Set(model.rules.flatMap(({ reads }) => reads.headers)),
  }
  const texts: Readonly<Record<string, (text: string) => void>> = {
    timestamp: (text) => found.timestamps.add(text),
    duration: (text) => found.durations.add(text),
    ip: (text) => found.addresses.add(text),
    isIP: (text) => found.addresses.add(text),
    containsIP: (text) => found.addresses.add(text),
    cidr(text) {
      found.networks.add(text)
      found.addresses.add(text.slice(0, `${text}/`.indexOf('/')))
    },
  }
  const enter = (expression: Expression): void => {
    switch (expression.kind) {
      case 'StringLiteral':
        found.strings.add(expression.value)
        break
      case 'IntLiteral':
        for (const near of [expression.value - 1, expression.value, expression.value + 1])
          if (Number.isSafeInteger(near)) found.ints.add(near)
        break
      case 'DoubleLiteral':
        for (const near of [expression.value - 0.5, expression.value, expression.value + 0.5]) found.doubles.add(near)
        break
      case 'Call':
        for (const each of expression.arguments) if (each.kind === 'StringLiteral') texts[expression.name.text]?.(each.value)
        break
      case 'Index':
        if (isRequestHeaders(expression.object) && expression.index.kind === 'StringLiteral')
          found.headers.add(expression.index.value)
        break
      case 'Member':
      case 'OptionalMember':
        // A field of a map is a key.
        if (isMap(model.typeOf(expression.object))) found.strings.add(expression.field.text)
        break
      case 'Requirement':
        for (const { value } of expression.values) found.acrs.add(value)
        if (expression.within !== null) found.periods.add(expression.within.milliseconds)
    }
  }
  for (const expression of expressionsOf(model)) walkExpressions(expression, enter)
  return Object.fromEntries(Object.entries(found).map(([name, set]) => [name, [...set].sort(byValue)])) as unknown as Constants
}

/** Sorted, so that neither the order of files nor of rules changes the draws. */
function byValue(a: string | number, b: string | number): number {
  return a < b ? -1 : a > b ? 1 : 0
}

function isMap(type: Type): boolean {
  return type.kind === 'map' || (type.kind === 'optional' && type.value.kind === 'map')
}

function isRequestHeaders(expression: Expression): boolean {
  return expression.kind === 'Member' && expression.field.text === 'headers'
}

function expressionsOf({ roles, defs, rules, invariants }: Model): readonly Expression[] {
  return [
    ...roles.flatMap(({ condition }) => condition ?? []),
    ...defs.map(({ body }) => body),
    ...invariants.flatMap(({ condition }) => condition ?? []),
    ...rules.flatMap(({ conditions, requires, limit, headers }) => [
      ...conditions.map(({ expression }) => expression),
      ...requires,
      ...(limit?.by ? [limit.by] : []),
      ...headers.map(({ value }) => value),
    ]),
  ]
}
