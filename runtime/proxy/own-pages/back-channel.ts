import type { CanonicalRequest } from '../../../request/index.ts'
import type { SignIn } from '../../identity/index.ts'
import type { Exchange } from '../exchange.ts'
import { readBody } from '../read-body.ts'
import { type Refusal, refusalOf } from '../refusal.ts'
import { sendOwn } from './send-own.ts'

/** Bytes of the form. */
const MOST = 16_384

/** A provider says that somebody has signed out there (OpenID Connect Back-Channel Logout 1.0, sections 2.5 to 2.8). */
export async function answerBackChannel(exchange: Exchange, request: CanonicalRequest, signIn: SignIn): Promise<Refusal | null> {
  const type = request.headers.get('content-type') ?? ''
  if (!/^application\/x-www-form-urlencoded[ \t]*(?:;|$)/i.test(type)) return refused(exchange, 'it is no form')
  const continues = request.headers.count('expect') > 0 && exchange.incoming.httpVersion !== '1.0' ? exchange.answer : null
  const read = await readBody(exchange.incoming, MOST, continues)
  if (exchange.over || read.kind === 'gone') return null
  if (read.kind === 'too-large') return { ...refused(exchange, `the form is longer than ${MOST} bytes`), close: true }
  const tokens = new URLSearchParams(read.bytes.toString('utf8')).getAll('logout_token')
  const [token = ''] = tokens
  if (tokens.length !== 1) return refused(exchange, 'the form has not one `logout_token`')
  const answer = await signIn.backChannel(token)
  if (exchange.over) return null
  if (!answer.ok) return refused(exchange, answer.detail)
  exchange.effect = 'permit'
  sendOwn(exchange, { status: 200 })
  return null
}

function refused(exchange: Exchange, detail: string): Refusal {
  exchange.detail = detail
  return refusalOf('logout-token')
}
