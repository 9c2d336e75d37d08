import { deflateSync, inflateSync } from 'node:zlib'
import type { KeyRing } from '../../../identity/sessions/index.ts'
import type { Pages } from '../../pages/index.ts'
import { refusalOf } from '../../refusals/index.ts'
import type { RefusedCheck } from '../check-answer.ts'
import type { OriginalRequest } from './original-request.ts'

/** The keys that all processes share that may get the two requests of one refusal. */
export type RefusalKeys = Pick<KeyRing, 'seal' | 'open'>

/**
 * Maximum characters of a sealed refusal. A redirect to sign in holds the URL of the request, which may have 8192 bytes. nginx
 * keeps all headers of an answer in one buffer, which must be configured for it, and sends the refusal with the original headers:
 * together they must fit in the head of a request.
 */
const MAX_SEALED = 16_384

/** Maximum characters of a sealed refusal with its body; nginx needs less memory for shorter ones. */
const MAX_WITH_BODY = 3072

/** Milliseconds for which a sealed refusal is valid; fronts ask for it at once. Also the clock difference between machines. */
const VALID = 10_000

/** Maximum bytes of an opened refusal, which is authentic: a bound for bugs. */
const MAX_OPENED = 4_194_304

/** Buffers that fit pages. Those of zlib's defaults take twice the time, for the same length (Node 20). */
const SMALL = { windowBits: 13, memLevel: 5, chunkSize: 4096 }

/**
 * Seals the responses to refused checks for fronts that can pass on no response but 401 and 403. The front returns the text with
 * a second request for the response itself. The text is encrypted and authenticated, so that any process with the keys can
 * answer, and nothing is kept in between. It is valid for the same original request alone. It grants nothing and uses nothing
 * up, so it may be opened again while it is valid.
 */
export class SealedRefusals {
  readonly #keys: RefusalKeys
  readonly #clock: () => number
  /** A page without values, as the pages of refusals differ little. */
  readonly #dictionary: Buffer

  constructor(keys: RefusalKeys, pages: Pages, clock: () => number) {
    this.#keys = keys
    this.#clock = clock
    this.#dictionary = Buffer.from(pages.refusal(refusalOf('denied'), '00000000-0000-0000-0000-000000000000'))
  }

  /** Returns the sealed refusal; without its body if it is too long otherwise, and `null` if it is too long even then. */
  seal(refusal: RefusedCheck, original: OriginalRequest): string | null {
    return this.#seal(refusal, original, MAX_WITH_BODY) ?? this.#seal(withoutBody(refusal), original, MAX_SEALED)
  }

  #seal({ status, headers, body }: RefusedCheck, original: OriginalRequest, limit: number): string | null {
    const text = JSON.stringify([this.#clock(), status, headers, body.toString('latin1')])
    const packed = deflateSync(text, { ...SMALL, dictionary: this.#dictionary }).toString('base64')
    if (packed.length > limit) return null
    const sealed = this.#keys.seal(packed, placeOf(original))
    return sealed.length > limit ? null : sealed
  }

  /** Returns the refusal of a text that `seal` returned for the same original request at most ten seconds ago; else `null`. */
  open(sealed: string, original: OriginalRequest): RefusedCheck | null {
    if (sealed.length > MAX_SEALED) return null
    const packed = this.#keys.open(sealed, placeOf(original))
    if (packed === null) return null
    try {
      const text = inflateSync(Buffer.from(packed, 'base64'), { dictionary: this.#dictionary, maxOutputLength: MAX_OPENED })
      const [sealedAt, status, headers, body] = JSON.parse(text.toString()) as [number, number, string[], string]
      if (Math.abs(this.#clock() - sealedAt) > VALID) return null
      return { kind: 'refused', status, headers, body: Buffer.from(body, 'latin1') }
    } catch {
      // The process that sealed it has other pages, as during a reload.
      return null
    }
  }
}

/** Drops the headers that describe the body. */
function withoutBody({ status, headers }: RefusedCheck): RefusedCheck {
  const rest: string[] = []
  for (let i = 0; i < headers.length; i += 2) {
    const name = headers[i] as string
    if (!/^content-/i.test(name)) rest.push(name, headers[i + 1] as string)
  }
  return { kind: 'refused', status, headers: rest, body: Buffer.alloc(0) }
}

/** The parts of the original request that the front states in both requests. */
function placeOf({ method, target, scheme, host, peer }: OriginalRequest): string {
  return JSON.stringify(['refused check', method, scheme, host, target, peer])
}
