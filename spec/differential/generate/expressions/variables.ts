import type { Random } from '../random.ts'
import type { Environment } from './environment.ts'

const NAMES = ['x', 'y', 'each', 'entry']

/** The name of a variable: mostly one that no other has. */
export function freshVariable(random: Random, at: Environment): string {
  const free = NAMES.filter((name) => !at.variables.has(name))
  return free.length > 0 && random.chance(0.9) ? random.pick(free) : random.pick(NAMES)
}
