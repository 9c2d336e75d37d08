import { canonicalize } from '../../request/index.ts'
import { randomFrom } from '../random.ts'
import type { AskedRequest } from './asked-request.ts'
import type { Scenario, Written } from './scenario.ts'

/** Requests that come again and again, each time read anew by the proxy's own reading: no string was seen before. */
export interface Traffic {
  next(count: number): AskedRequest[]
}

/** Each read once. */
export function readAll(written: readonly Written[]): AskedRequest[] {
  return written.map((one) => received(sent(one)))
}

/** How many different requests there are. */
const POOL = 20_000

/**
 * @param misses for what part of the requests there is no route
 * @param keeps left out: all of them; else some of them are made several times where too few are kept
 */
export function openTraffic(
  scenario: Pick<Scenario, 'draw' | 'miss'>,
  seed: number,
  misses: number,
  keeps: (asked: AskedRequest) => boolean = () => true,
): Traffic {
  const random = randomFrom(seed)
  const drawn = Array.from({ length: POOL }, () => {
    const written = scenario.draw(random)
    return sent(random.chance(misses) ? scenario.miss(written, random) : written)
  })
  const pool = drawn.filter((one) => keeps(received(one)))
  if (pool.length === 0) throw new Error('no request is left')
  let at = -1
  return {
    next: (count) =>
      Array.from({ length: count }, () => {
        at = (at + 1) % pool.length
        return received(pool[at] as Sent)
      }),
  }
}

/** As it comes from a socket. */
interface Sent {
  readonly caller: number
  readonly bytes: Buffer
  /** Where method, target and the lines of headers end. */
  readonly ends: readonly number[]
}

function sent({ caller, method, target, headers }: Written): Sent {
  const texts = [method, target, ...headers]
  let end = 0
  const ends = texts.map(({ length }) => {
    end += length
    return end
  })
  return { caller, bytes: Buffer.from(texts.join(''), 'latin1'), ends }
}

/** Every string is a new one, flat, and none is interned. */
function received({ caller, bytes, ends }: Sent): AskedRequest {
  const rawHeaders: string[] = []
  for (let at = 2; at < ends.length; at += 1) rawHeaders.push(bytes.toString('latin1', ends[at - 1], ends[at]))
  const canonical = canonicalize({
    method: bytes.toString('latin1', 0, ends[0]),
    target: bytes.toString('latin1', ends[0], ends[1]),
    httpVersion: '1.1',
    rawHeaders,
    peer: '192.0.2.1',
  })
  if (!canonical.ok) throw new Error(`a request of the benchmark is refused: ${canonical.refusal.message}`)
  return { caller, request: canonical.request }
}
