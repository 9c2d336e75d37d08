import { expect, it } from 'vitest'
import { type PerfectHash, perfectHash } from './perfect-hash.ts'
import { drawPolicy } from './synthetic/draw-policy.ts'

function find(texts: readonly string[], { places, factors, mask, table, twins, shortest }: PerfectHash, text: string): number {
  if (text.length < shortest) return -1
  const slot = places.reduce((sum, place, at) => sum + text.charCodeAt(place) * (factors[at] as number), text.length)
  const first = table[slot & mask] as number
  if (texts[first] === text) return first
  const second = twins[first] as number
  return texts[second] === text ? second : -1
}

it.each(['caller', 'mixed'] as const)('finds each host of the largest policy of %s, and no other', (variant) => {
  const hosts = drawPolicy(10_000, variant).services.map(({ host }) => host)
  const hash = perfectHash(hosts)
  expect(hosts.map((host) => find(hosts, hash, host))).toEqual(hosts.map((_, at) => at))
  for (const host of hosts) expect(find(hosts, hash, `x${host.slice(1)}`)).toBe(-1)
})

it('finds both of two texts that four characters do not tell apart', () => {
  const texts = ['a0000000', 'a0000001', 'a0000010', 'a0000100', 'a0001000', 'a0010000']
  const hash = perfectHash(texts)
  expect(texts.map((text) => find(texts, hash, text))).toEqual([0, 1, 2, 3, 4, 5])
  expect(new Set(hash.twins).size).toBe(texts.length)
  expect([...hash.twins]).not.toEqual([0, 1, 2, 3, 4, 5])
  expect(find(texts, hash, 'a1111111')).toBe(-1)
})

it('gives up where three are alike', () => {
  const texts = Array.from({ length: 9 }, (_, at) => `${'0'.repeat(at)}1${'0'.repeat(8 - at)}`)
  expect(() => perfectHash(texts)).toThrow('do not tell')
})
