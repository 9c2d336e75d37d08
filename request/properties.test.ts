import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { anyCharacter } from '../tests/support/any-character.ts'
import type { CanonicalRequest } from './canonical-request.ts'
import { canonicalize } from './canonicalize.ts'
import { hostileTarget } from './testing/hostile-target.ts'
import { rawRequest } from './testing/refusal-of.ts'

const FULL = process.env.IAP_FULL === '1'

const runs = { seed: 1, numRuns: FULL ? 10_000 : 2_000 }

function read(target: string): CanonicalRequest | null {
  const canonical = canonicalize(rawRequest({ target }))
  return canonical.ok ? canonical.request : null
}

function segmentsOf(target: string): readonly string[] | null {
  return read(target)?.segments ?? null
}

describe(`of ${runs.numRuns} hostile targets`, () => {
  test('enough are accepted, and enough refused, for the properties to say something', () => {
    const targets = fc.sample(hostileTarget, { ...runs, seed: 1 })
    const accepted = targets.filter((target) => read(target) !== null).length
    expect(accepted).toBeGreaterThan(runs.numRuns / 5)
    expect(accepted).toBeLessThan(runs.numRuns * 0.8)
  })

  test('none makes it throw', () => {
    fc.assert(
      fc.property(hostileTarget, (target) => {
        expect(() => read(target)).not.toThrow()
      }),
      runs,
    )
  })

  test('each that is accepted is kept byte for byte, and its segments are its decoded parts', () => {
    fc.assert(
      fc.property(hostileTarget, (target) => {
        const request = read(target)
        if (request === null) return
        expect(request.rawPath + request.rawQuery).toBe(target)
        expect(request.rawQuery === '' || request.rawQuery.startsWith('?')).toBe(true)
        expect(request.rawPath.slice(1).split('/').map(decodeURIComponent)).toEqual(request.segments)
        expect(request.path).toBe(`/${request.segments.join('/')}`)
      }),
      runs,
    )
  })

  test('no segment is one that a server could read otherwise', () => {
    fc.assert(
      fc.property(hostileTarget, (target) => {
        const segments = segmentsOf(target) ?? []
        for (const [i, segment] of segments.entries()) {
          expect(segment).not.toMatch(/^\.{1,2}$|[/\\;\p{Cc}\p{Cs}]/u)
          if (i < segments.length - 1) expect(segment).not.toBe('')
        }
      }),
      runs,
    )
  })

  test('a URL parser does not change what is accepted', () => {
    fc.assert(
      fc.property(hostileTarget, (target) => {
        const request = read(target)
        if (request === null) return
        const url = new URL(target, 'http://app.test')
        expect(url.host).toBe('app.test')
        expect(url.pathname).toBe(request.rawPath)
      }),
      runs,
    )
  })

  test('the segments, encoded anew, are the same segments', () => {
    fc.assert(
      fc.property(hostileTarget, (target) => {
        const segments = segmentsOf(target)
        if (segments !== null) expect(segmentsOf(`/${segments.map(encodeURIComponent).join('/')}`)).toEqual(segments)
      }),
      runs,
    )
  })

  test('it makes no difference whether an unreserved character is escaped', () => {
    fc.assert(
      fc.property(hostileTarget, fc.infiniteStream(fc.boolean()), (target, coin) => {
        const path = target.split('?', 1)[0] ?? ''
        // One that stands in an escape is not a character of the path.
        const respelled = path.replace(/%[0-9a-fA-F]{0,2}|[A-Za-z0-9._~-]/g, (part) =>
          part.length === 1 && part !== '%' && coin.next().value ? `%${part.charCodeAt(0).toString(16)}` : part,
        )
        expect(segmentsOf(respelled)).toEqual(segmentsOf(path))
      }),
      runs,
    )
  })

  test('it makes no difference whether the hexadecimal digits of an escape are upper or lower case', () => {
    fc.assert(
      fc.property(hostileTarget, (target) => {
        expect(segmentsOf(target.replace(/%[0-9a-f]{2}/gi, (part) => part.toUpperCase()))).toEqual(segmentsOf(target))
      }),
      runs,
    )
  })
})

test('any strings at all in any place have an answer', () => {
  const any = fc.string({ unit: anyCharacter, maxLength: 40 })
  fc.assert(
    fc.property(
      any,
      any,
      any,
      fc.array(fc.tuple(any, any), { maxLength: 4 }),
      any,
      (method, target, httpVersion, lines, peer) => {
        const canonical = canonicalize({ method, target, httpVersion, rawHeaders: lines.flat(), peer })
        expect(canonical.ok).toBe(false)
      },
    ),
    runs,
  )
})
