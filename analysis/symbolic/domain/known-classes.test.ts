import { describe, expect, test } from 'vitest'
import { TooManyTextsError } from '../classes/texts/text-classes.ts'
import type { TermTest } from '../symbolic-domain.ts'
import { KnownClasses } from './known-classes.ts'

const TEXT = { kind: 'string' } as const
const matches = (pattern: string): TermTest => ({ kind: 'text', test: { kind: 'matches', pattern } })
/** Takes two to the power of so many ways. */
const hard = (times: number) => [matches(`(?:a|b)*a(?:a|b){${times}}$`)]

function failureOf(known: KnownClasses, tests: readonly TermTest[]): TooManyTextsError {
  try {
    known.of(TEXT, tests, {})
  } catch (error) {
    if (error instanceof TooManyTextsError) return error
  }
  throw new Error('there are not too many')
}

describe('what was found before', () => {
  test('is not looked for again, whatever came of it', () => {
    const known = new KnownClasses({ most: 200, least: 200 })
    expect(known.of(TEXT, [matches('^a')], {})).toBe(known.of(TEXT, [matches('^a')], {}))
    expect(failureOf(known, hard(9))).toBe(failureOf(known, hard(9)))
  })

  test('leaves less patience where it took too much', () => {
    expect(new KnownClasses({ most: 200, least: 50 }).of(TEXT, hard(5), {})).toHaveLength(2)
    const known = new KnownClasses({ most: 200, least: 50 })
    for (const times of [9, 10, 11]) failureOf(known, hard(times))
    expect(failureOf(known, hard(5)).message).toBe('texts differ in more than 50 ways: simplify the conditions')
    expect(known.of(TEXT, hard(2), {})).toHaveLength(2)
  })

  test('leaves a proof as much as ever', () => {
    const known = new KnownClasses()
    failureOf(known, hard(18))
    expect(known.of(TEXT, hard(8), {})).toHaveLength(2)
  })
})
