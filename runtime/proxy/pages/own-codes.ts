import { refusals } from '../../../request/index.ts'
import { credentialRefusals } from '../../identity/index.ts'
import { bodyTypeRefusal } from '../../policy/index.ts'
import { proxyErrors } from '../refusals/proxy-errors.ts'

export interface OwnCode {
  readonly status: number
  readonly meaning: string
}

/** All codes of the proxy's own responses, in listing order. */
export const ownCodes: ReadonlyMap<string, OwnCode> = new Map([
  ...Object.entries(proxyErrors).map(([code, { status, detail, advice }]) => codeOf(code, status, `${detail} ${advice}`)),
  ...Object.entries(refusals)
    .filter(([code]) => !Object.hasOwn(proxyErrors, code))
    .map(([code, [status, message]]) => codeOf(code, status, `The request is refused before it is read further: ${message}.`)),
  codeOf('query', 400, 'The query is not what the route declares.'),
  codeOf(
    bodyTypeRefusal.code,
    bodyTypeRefusal.status,
    'The route declares a body, and the request does not promise JSON in UTF-8.',
  ),
  codeOf('body-too-large', 413, 'The body is longer than the policy reads.'),
  codeOf('body', 400, 'The body is not what the route declares.'),
  ...Object.entries({ ...credentialRefusals, claims: 'a claim does not fit what the access policy declares' }).map(
    ([code, message]) => codeOf(code, code.endsWith('-unavailable') ? 503 : 401, `The credential is refused: ${message}.`),
  ),
])

function codeOf(code: string, status: number, meaning: string): readonly [string, OwnCode] {
  return [code, { status, meaning }]
}
