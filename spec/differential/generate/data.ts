import type { Type } from '../../../language/index.ts'
import type { Random } from './random.ts'
import * as t from './types.ts'

/** Facts from outside, of every type. */
const DATA: Readonly<Record<string, Type>> = {
  assigned: t.map(t.set(t.STRING)),
  bounds: t.map(t.INT),
  tiers: t.map(t.TIER),
  offices: t.list(t.CIDR),
  banned: t.set(t.STRING),
  holidays: t.set(t.TIMESTAMP),
  settings: t.record({ max: t.INT, 'mode?': t.oneOf('on', 'off'), window: t.DURATION, 'since?': t.TIMESTAMP }),
  ratio: t.DOUBLE,
  factors: t.list(t.DOUBLE),
  open: t.BOOL,
  motto: t.STRING,
  most: t.INT,
  opening: t.TIMESTAMP,
  pause: t.DURATION,
  gateway: t.IP,
  lan: t.CIDR,
  phase: t.TIER,
  grades: t.HIERARCHY,
  folders: t.HIERARCHY,
  matrix: t.map(t.map(t.INT)),
  people: t.list(t.record({ name: t.STRING, 'age?': t.INT, tags: t.set(t.STRING) })),
  stock: t.map(t.ITEM),
}

export function generateData(random: Random): ReadonlyMap<string, Type> {
  const names = random.sample(Object.keys(DATA), random.int(1, 2))
  if (random.chance(0.3) && !names.includes('grades')) names.push('grades')
  return new Map(names.map((name) => [name, DATA[name] as Type]))
}
