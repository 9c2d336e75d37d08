import type { CanonicalRequest } from '../../../../request/index.ts'
import { perfectHash } from '../../perfect-hash.ts'
import { type Policy, SHAPES } from '../draw-policy.ts'

/** Index of the request's route, or −1. The parameters stay where they are. */
export type Router = (request: CanonicalRequest) => number

/**
 * As somebody would write it who knows that all paths are `/v1/RESOURCE`, `…/{id}` or `…/{id}/pages/{page: int}`: few characters tell which host
 * and which resource it can be alone, one comparison each whether it is; nothing is cut out of anything, and nothing is allocated.
 */
export function createRouter({ services }: Policy): Router {
  const hosts = services.map(({ host }) => host)
  const words = [...new Set(services.flatMap(({ routes }) => routes.map(({ resource }) => resource)))]
  const ofHost = perfectHash(hosts)
  const ofWord = perfectHash(words)
  const routes = new Int16Array(services.length * words.length * SHAPES.length).fill(-1)
  let index = 0
  for (const [service, one] of services.entries())
    for (const { resource, shape } of one.routes) {
      routes[(service * words.length + words.indexOf(resource)) * SHAPES.length + SHAPES.indexOf(shape)] = index
      index += 1
    }

  const [h0, h1, h2, h3] = ofHost.places
  const [hf0, hf1, hf2, hf3] = ofHost.factors
  const { shortest: shortestHost, mask: hostMask, table: hostTable, twins: hostTwins } = ofHost
  const [w0, w1, w2, w3] = ofWord.places
  const [wf0, wf1, wf2, wf3] = ofWord.factors
  const { shortest: shortestWord, mask: wordMask, table: wordTable, twins: wordTwins } = ofWord
  const wordCount = words.length

  return ({ host, method, segments }) => {
    if (host.length < shortestHost) return -1
    const slot =
      host.length + host.charCodeAt(h0) * hf0 + host.charCodeAt(h1) * hf1 + host.charCodeAt(h2) * hf2 + host.charCodeAt(h3) * hf3
    let service = hostTable[slot & hostMask] as number
    if (hosts[service] !== host) {
      service = hostTwins[service] as number
      if (hosts[service] !== host) return -1
    }
    const shape = shapeOf(method, segments)
    if (shape < 0) return -1
    const word = segments[1] as string
    if (word.length < shortestWord) return -1
    const wordSlot =
      word.length + word.charCodeAt(w0) * wf0 + word.charCodeAt(w1) * wf1 + word.charCodeAt(w2) * wf2 + word.charCodeAt(w3) * wf3
    let known = wordTable[wordSlot & wordMask] as number
    if (words[known] !== word) {
      known = wordTwins[known] as number
      if (words[known] !== word) return -1
    }
    return routes[(service * wordCount + known) * 4 + shape] as number
  }
}

/** An index in `SHAPES`. */
function shapeOf(method: string, segments: readonly string[]): number {
  if (segments[0] !== 'v1') return -1
  if (segments.length === 3) {
    if (segments[2] === '') return -1
    return isGet(method) ? 0 : isPut(method) ? 2 : -1
  }
  if (!isGet(method)) return -1
  if (segments.length === 2) return 1
  if (segments.length === 5 && segments[2] !== '' && segments[3] === 'pages' && isInteger(segments[4] as string)) return 3
  return -1
}

/** GET or HEAD. A comparison with a text that was never seen before costs a call; its characters do not. */
function isGet(method: string): boolean {
  if (method.length === 3) return method.charCodeAt(0) === 71 && method.charCodeAt(1) === 69 && method.charCodeAt(2) === 84
  return method.length === 4 && method === 'HEAD'
}

function isPut(method: string): boolean {
  return method.length === 3 && method.charCodeAt(0) === 80 && method.charCodeAt(1) === 85 && method.charCodeAt(2) === 84
}

function isInteger(text: string): boolean {
  const start = text.charCodeAt(0) === 45 ? 1 : 0 // `-`
  const digits = text.length - start
  if (digits === 0 || digits > 16) return false
  // `0`
  if (text.charCodeAt(start) === 48) return digits === 1 && start === 0
  for (let at = start; at < text.length; at += 1) if (!isDigit(text.charCodeAt(at))) return false
  return digits < 16 || Number.isSafeInteger(Number(text))
}

function isDigit(character: number): boolean {
  return character >= 48 && character <= 57
}
