import { request } from 'node:http'

/** Milliseconds in which an answer must come. */
const TIMEOUT = 20_000

/** The five requests. `expects` returns what is wrong; null if nothing is. */
export const requests = [
  {
    title: 'a page for everybody',
    path: '/open/a',
    expects: (answer, seen) =>
      passed(answer, seen) ?? (seen.headers['x-tier'] === 'open' ? null : 'the header of the rule is missing'),
  },
  { title: 'without a credential', path: '/account/1', expects: (answer, seen) => refused(answer, seen, 401, 'unauthenticated') },
  {
    title: 'with a token of bob',
    path: '/account/1',
    caller: 'bob',
    expects: (answer, seen) => passed(answer, seen) ?? consumed(seen, 'bob'),
  },
  {
    title: 'bob is no administrator',
    path: '/admin/1',
    caller: 'bob',
    expects: (answer, seen) => refused(answer, seen, 403, 'denied'),
  },
  {
    title: 'a forged assertion',
    path: '/open/a',
    headers: ['X-Iap-Assertion: forged', 'X-Tier: forged'],
    expects: (answer, seen) =>
      seen === undefined && answer.status === 400 ? null : (passed(answer, seen) ?? nothingForged(seen)),
  },
]

function passed({ status }, seen) {
  if (seen === undefined) return 'the service saw nothing'
  return status === 200 ? null : `the status is ${status}`
}

function refused(answer, seen, status, code) {
  if (seen !== undefined) return 'the request reached the service'
  return answer.status === status && answer.code === code ? null : `expected ${status} ${code}`
}

function consumed({ caller, headers }, name) {
  if (caller !== name) return `the assertion names ${caller}`
  return headers.authorization === undefined ? null : 'the token reached the service'
}

function nothingForged({ rawHeaders }) {
  return rawHeaders.includes('forged') ? 'the forged header reached the service' : null
}

/** Sends a GET request for shop.localhost. Headers are lines. Returns the status, and the code of a refusal. */
export function send(port, path, lines) {
  const headers = Object.fromEntries([['Host', 'shop.localhost'], ...lines.map((line) => line.split(/: (.*)/))])
  return new Promise((resolve, reject) => {
    const options = { host: '127.0.0.1', port, path, headers, agent: false, signal: AbortSignal.timeout(TIMEOUT) }
    const sent = request(options, (response) => {
      const { statusCode: status, headers: received } = response
      response.resume().once('end', () => resolve({ status, code: received['x-iap-error'] }))
      response.once('error', reject)
    })
    sent.once('error', reject).end()
  })
}
