import { describe, expect, test } from 'vitest'
import { CallerNames } from './caller-names.ts'

describe('names of callers', () => {
  const names = () => new CallerNames(new Map([['staff', 'name']]))

  test('are those of the identity and subject, and of the latest credential', () => {
    const known = names()
    known.note('staff', 'ann', { name: 'Ann' })
    known.note('partner', 'ann', { name: 'Anna' })
    known.note('staff', null, { name: 'Nobody' })
    expect([known.of('staff', 'ann'), known.of('partner', 'ann'), known.of('staff', 'bob')]).toEqual(['Ann', null, null])
    known.note('staff', 'ann', { name: 'Ann E.' })
    expect(known.of('staff', 'ann')).toBe('Ann E.')
    known.note('staff', 'ann', {})
    expect(known.of('staff', 'ann')).toBeNull()
  })

  test('are bounded: the oldest is forgotten', () => {
    const known = names()
    for (let at = 0; at < 2001; at++) known.note('staff', `s${at}`, { name: `N${at}` })
    expect([known.of('staff', 's0'), known.of('staff', 's1'), known.of('staff', 's2000')]).toEqual([null, 'N1', 'N2000'])
    known.note('staff', 'x'.repeat(501), { name: 'Long' })
    expect(known.of('staff', 'x'.repeat(501))).toBeNull()
  })
})
