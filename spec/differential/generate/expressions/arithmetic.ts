import type { Type } from '../../../../language/index.ts'
import { GREATEST } from '../constants.ts'
import * as t from '../types.ts'
import type { Environment } from './environment.ts'
import { int } from './literals.ts'
import type { How, Maker } from './maker.ts'
import { LEVEL, type Level, type Written, within, written } from './written.ts'

const INFINITE = ['1e308 + 1e308', '-1e308 - 1e308', '1e308 + 1e308 - (1e308 + 1e308)', '0.0 / 0.0', '1.0 / -0.0']

/** `+ - * / %` and a sign. Null where all of them may err and must not. */
export function arithmetic(type: Type, make: Maker, at: Environment, depth: number, { open = false }: How): Written | null {
  const { random } = make
  const of = (wanted: Type, isOpen = open) => make.value(wanted, at, depth - 1, { open: isOpen })
  const binary = (operator: string, left: Written, right: Written, level: Level): Written =>
    written(`${within(left, level)} ${operator} ${within(right, (level + 1) as Level)}`, level, type)
  const sum = (operator: string, left = of(type), right = of(type, false)) => binary(operator, left, right, LEVEL.sum)
  const negated = (): Written => {
    const operand = of(type)
    // `-1` is a constant, however it came about.
    const { isConstant } = operand
    return { ...written(`-${within(operand, LEVEL.sign).replace(/^-/, ' -')}`, LEVEL.sign, type), isConstant }
  }
  switch (type.kind) {
    case 'int':
      if (!at.mayErr)
        return random.chance(0.5)
          ? negated()
          : binary(random.pick(['/', '%']), of(type), int(random.pick([2, 3, -7])), LEVEL.product)
      return random.way<Written>([
        [3, () => sum(random.pick(['+', '-']))],
        [1, () => binary('*', of(type), of(type, false), LEVEL.product)],
        [1, () => binary(random.pick(['/', '%']), of(type), divisor(of(type, random.chance(0.5))), LEVEL.product)],
        [1, negated],
        [0.6, () => nearTheEnd(make, at, depth)],
      ])
    case 'double':
      return random.way<Written>([
        [3, () => sum(random.pick(['+', '-']))],
        [2, () => binary(random.pick(['*', '/']), of(type), of(type, false), LEVEL.product)],
        [1, negated],
        // Infinite, and no number.
        [0.7, () => written(random.pick(INFINITE), LEVEL.sum, type)],
      ])
    case 'string':
      return { ...sum('+'), type: t.STRING }
    case 'timestamp':
      if (!at.mayErr) return null
      return random.way<Written>([
        [2, () => sum(random.pick(['+', '-']), of(type), of(t.DURATION, false))],
        [1, () => sum('+', of(t.DURATION), of(type, false))],
      ])
    case 'duration':
      return random.way<Written>([
        [2, () => sum('-', of(t.TIMESTAMP, true), of(t.TIMESTAMP, false))],
        [at.mayErr ? 2 : 0, () => sum(random.pick(['+', '-']))],
      ])
    default:
      return null
  }
}

/** A literal zero is a mistake that the checker sees. */
function divisor(by: Written): Written {
  return by.isConstant && Number(by.text) === 0 ? int(3) : by
}

/** A sum that often leaves the range of `int`. */
export function nearTheEnd(make: Maker, at: Environment, depth: number): Written {
  const value = within(make.value(t.INT, at, depth - 1, { open: true }), LEVEL.product)
  const far = GREATEST - make.random.int(0, 3)
  const sum = make.random.pick([`${value} + ${far}`, `${far} + ${value}`, `-${far} - ${value}`, `${value} - ${far}`])
  return written(sum, LEVEL.sum, t.INT)
}
