import { expect } from 'vitest'
import type { Reaches } from './threat-case.ts'
import { type Seen, valuesOf } from './upstream.ts'

/** What the service has seen of a case. */
export function expectReached(seen: Seen, reaches: Reaches): void {
  expect(seen.url).toBe(reaches.url)
  expect(seen.method).toBe(reaches.method ?? 'GET')
  if (reaches.body !== undefined) expect(seen.body).toBe(reaches.body)
  for (const name of reaches.without ?? []) expect(valuesOf(seen, name)).toEqual([])
  for (const [name, value] of Object.entries(reaches.has ?? {}))
    expect(valuesOf(seen, name)).toEqual([expect.stringMatching(value)])
  // What the cases forge is called so.
  expect(seen.rawHeaders.join('\n')).not.toMatch(/forged|garbage/)
  expect(valuesOf(seen, 'host')).toHaveLength(1)
}
