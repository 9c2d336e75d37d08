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
    .map(([code, [status, message]]) => codeOf(code, status, `The proxy refuses the request: ${message}.`)),
  codeOf('query', 400, 'The query does not match the declaration of the route.'),
  codeOf(
    bodyTypeRefusal.code,
    bodyTypeRefusal.status,
    'The route declares a body, and the `Content-Type` of the request is not JSON in UTF-8.',
  ),
  codeOf('body-too-large', 413, 'The body is longer than `limits.body`.'),
  codeOf('body', 400, 'The body does not match the declaration of the route.'),
  ...Object.entries({ ...credentialRefusals, claims: 'a claim does not match the declaration of the access policy' }).map(
    ([code, message]) => codeOf(code, code.endsWith('-unavailable') ? 503 : 401, `The proxy refuses the credential: ${message}.`),
  ),
])

function codeOf(code: string, status: number, meaning: string): readonly [string, OwnCode] {
  return [code, { status, meaning }]
}
