/**
 * May this request pass, and what is the service to be told of it? What whoever puts a Node service beside nginx writes to have what `iap` does: the token is
 * verified once and kept under its digest; the decision by the caller's groups and the request's path; an assertion for the service, signed once a minute.
 */
import { hash } from 'node:crypto'
import { createServer, type IncomingHttpHeaders } from 'node:http'
import { createRemoteJWKSet, generateKeyPair, jwtVerify, SignJWT } from 'jose'

const { PORT, ISSUER = '', AUDIENCE = '' } = process.env
const keys = createRemoteJWKSet(new URL(`${ISSUER}/jwks`))
const signing = await generateKeyPair('ES256')

interface Known {
  readonly user: string
  readonly groups: readonly string[]
  /** Milliseconds since 1970. */
  readonly until: number
  minute: number
  assertion: string
}

const known = new Map<string, Known>()

async function verify(token: string, digest: string): Promise<Known> {
  const { payload } = await jwtVerify(token, keys, { issuer: ISSUER, audience: AUDIENCE })
  const { sub = '', exp = 0, groups = [] } = payload
  const caller = { user: sub, groups: groups as string[], until: exp * 1000, minute: 0, assertion: '' }
  if (known.size > 10_000) known.clear()
  known.set(digest, caller)
  return caller
}

async function assertionOf(caller: Known, minute: number): Promise<string> {
  const { user, groups } = caller
  const jwt = new SignJWT({ groups: [...groups] }).setProtectedHeader({ alg: 'ES256' }).setSubject(user).setAudience('app')
  caller.assertion = await jwt.setIssuedAt().setExpirationTime('2m').sign(signing.privateKey)
  caller.minute = minute
  return caller.assertion
}

async function answerTo(
  headers: IncomingHttpHeaders,
): Promise<{ readonly status: number; readonly headers: Record<string, string> }> {
  const { authorization = '', 'x-original-uri': uri = '', 'x-original-method': method } = headers
  if (!authorization.startsWith('Bearer ')) return { status: 401, headers: {} }
  const token = authorization.slice(7)
  const digest = hash('sha256', token, 'base64url')
  const now = Date.now()
  let caller = known.get(digest)
  if (caller === undefined || caller.until <= now) caller = await verify(token, digest)
  if (method !== 'GET' || !/^\/[^/?]+(?:\?|$)/.test(String(uri)) || !caller.groups.includes('staff'))
    return { status: 403, headers: {} }
  const minute = Math.floor(now / 60_000)
  const assertion = caller.minute === minute ? caller.assertion : await assertionOf(caller, minute)
  return { status: 200, headers: { 'x-user': caller.user, 'x-assertion': assertion } }
}

createServer({ keepAliveTimeout: 600_000 }, (incoming, answer) => {
  answerTo(incoming.headers).then(
    ({ status, headers }) => answer.writeHead(status, { ...headers, 'content-length': 0 }).end(),
    () => answer.writeHead(401, { 'content-length': 0 }).end(),
  )
}).listen(Number(PORT), '127.0.0.1')
