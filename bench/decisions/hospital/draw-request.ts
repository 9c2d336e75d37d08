import type { Random } from '../../random.ts'
import type { Written } from '../scenario.ts'
import { groupOf, HOST, KINDS, ROLES } from './ward.ts'

const RECORDS = 10_000
/** One record in twenty. */
export const SEALED: readonly string[] = Array.from({ length: RECORDS / 20 }, (_, at) => recordOf(at * 20))

function recordOf(number: number): string {
  return `record-${number}`
}

/** Null: anonymous. */
export type Caller = {
  readonly identity: 'staff'
  readonly claims: { readonly sub: string; readonly groups: readonly string[] }
  readonly departments: readonly string[]
} | null

/** Each works in a few departments, in one or two roles; the last is anonymous. */
export function drawCallers(all: readonly string[], random: Random): readonly Caller[] {
  return Array.from({ length: 64 }, (_, at) => {
    if (at === 63) return null
    const departments = Array.from({ length: 1 + random.int(3) }, () => random.pick(all))
    const groups = departments.flatMap((one) => [groupOf(one, random.pick(ROLES)), groupOf(one, random.pick(ROLES))])
    return { identity: 'staff', claims: { sub: `s-${at}`, groups: [...new Set(groups)] }, departments }
  })
}

export function drawRequest(all: readonly string[], callers: readonly Caller[], random: Random): Written {
  const caller = random.int(callers.length)
  const own = callers[caller]?.departments ?? all
  const department = random.pick(random.chance(0.8) ? own : all)
  return {
    caller,
    method: random.chance(0.3) ? 'PUT' : 'GET',
    target: `/${department}/${random.pick(KINDS)}/${recordOf(random.int(RECORDS))}`,
    headers: ['Host', HOST, 'User-Agent', 'bench/1.0 (hospital; one of many)', 'Accept', 'application/json'],
  }
}

export function missRequest(written: Written, random: Random): Written {
  switch (random.int(4)) {
    case 0:
      return { ...written, method: 'DELETE' }
    case 1:
      return { ...written, target: `${written.target}/more` }
    case 2:
      return { ...written, target: written.target.replace(/^\/.../, '/999') }
    default:
      return { ...written, headers: ['Host', `x${HOST}`, ...written.headers.slice(2)] }
  }
}
