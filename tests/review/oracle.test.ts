/** That the class of a difference is what comes out where every request is asked. Small here; with IAP_FULL=1 2,000 pairs. */
import { expect, it } from 'vitest'
import { type Direction, directionOf } from '../../analysis/diff/answers.ts'
import { difference } from '../../analysis/diff/index.ts'
import { Random } from '../../compiler/testing/invariants/random.ts'
import { type RandomPair, randomPair } from './random-pairs.ts'
import { versionOf } from './version-of.ts'

const FULL = process.env.IAP_FULL === '1'
const PAIRS = FULL ? 2_000 : 40

// The full size takes longer than the default time-out.
it(`${PAIRS} random pairs`, { timeout: FULL ? 3_600_000 : 300_000 }, () => {
  const counts: Record<string, number> = {}
  let made = 0
  for (let seed = 1; made < PAIRS; seed++) {
    const pair = randomPair(new Random(seed))
    const found = verdictsOf(pair)
    if (found === null) continue
    made++
    expect({ seed, pair, verdicts: found.told }).toEqual({ seed, pair, verdicts: found.enumerated })
    for (const verdict of Object.values(found.told)) counts[verdict] = (counts[verdict] ?? 0) + 1
  }
  if (FULL) console.log(counts)
  // All there is, many times.
  for (const verdict of ['equivalent', 'more-permissive', 'less-permissive', 'incomparable', 'other'])
    expect([verdict, (counts[verdict] ?? 0) > PAIRS / 50]).toEqual([verdict, true])
})

/** By route and caller. Null: it is no policy. */
function verdictsOf({ before, after, requests }: RandomPair) {
  const versions = versionsOf(before, after)
  if (versions === null) return null
  const [old, young] = versions
  const directions = new Map<string, Set<Direction>>()
  for (const request of requests) {
    const key = `${request.method === 'POST' ? 's.read' : 's.write'} ${request.caller?.identity ?? null}`
    const found = directions.get(key) ?? new Set()
    directions.set(key, found)
    const direction = directionOf(old.interpret(old.model, request), young.interpret(young.model, request))
    if (direction !== null) found.add(direction)
  }
  const { changes } = difference(old, young)
  const told = new Map(changes.map(({ route, identity, verdict }) => [`${route} ${identity}`, verdict as string]))
  const keys = [...directions.keys()].sort()
  return {
    told: Object.fromEntries(keys.map((key) => [key, told.get(key) ?? 'equivalent'])),
    enumerated: Object.fromEntries(keys.map((key) => [key, verdictFor(directions.get(key) as Set<Direction>)])),
  }
}

function versionsOf(before: string, after: string) {
  try {
    return [versionOf(before), versionOf(after)] as const
  } catch (error) {
    // The checker refuses some of what is drawn: a clause that makes another one constant.
    if (error instanceof Error && error.message.startsWith('error[IAP')) return null
    throw error
  }
}

function verdictFor(found: ReadonlySet<Direction>): string {
  if (found.has('more')) return found.has('less') ? 'incomparable' : 'more-permissive'
  return found.has('less') ? 'less-permissive' : found.has('other') ? 'other' : 'equivalent'
}
