/**
 * Bodies by schemas that were imported: the type of each is the one that is expected, and the door, as it is in a bundle, lets in what ajv
 * lets in by the schema as its author wrote it. A hundred values each; a thousand with IAP_FULL=1.
 */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { showType } from '../../language/checker/types/type.ts'
import { doorOf, imported } from './door.ts'
import { oracleOf } from './oracle.ts'
import { SCHEMAS } from './schemas.ts'
import { valuesFor } from './values.ts'

const VALUES = process.env.IAP_FULL === '1' ? 1_000 : 100

describe.each(SCHEMAS)('$dialect: $name', (one) => {
  it('has the type that is expected', () => {
    const { model, diagnostics } = imported(one)
    expect(diagnostics).toEqual([])
    expect(showType(model?.routes[0]?.body?.type as never)).toBe(one.type)
  })

  it('lets in what ajv lets in', () => {
    const { model } = imported(one)
    if (model === null) throw new Error('it was not imported')
    const [door, oracle] = [doorOf(model), oracleOf(one)]
    const seen = { in: 0, out: 0 }
    fc.assert(
      fc.property(valuesFor(one.schema), (value) => {
        const body = JSON.stringify(value)
        const wanted = oracle(JSON.parse(body))
        seen[wanted ? 'in' : 'out'] += 1
        if (isRefusedByUs(value)) return
        expect(door(body), body).toBe(wanted)
      }),
      { seed: 20_260_302, numRuns: VALUES },
    )
    // Both are tried, or nothing was.
    expect(seen.in).toBeGreaterThan(VALUES / 10)
    expect(seen.out).toBeGreaterThan(VALUES / 10)
  })
})

/** What `spec/language/documents.md` says to be refused beyond the schema. */
function isRefusedByUs(value: unknown): boolean {
  if (typeof value === 'number') return Number.isInteger(value) && !Number.isSafeInteger(value)
  if (typeof value === 'string') return /\p{Cs}/u.test(value)
  return typeof value === 'object' && value !== null && Object.entries(value).some((entry) => entry.some(isRefusedByUs))
}
