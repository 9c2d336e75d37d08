import { expect, test } from 'vitest'
import { type ReadValue, writeReads } from '../../abi/index.ts'
import { type CheckInputs, limitedRoutes } from './limited-routes.ts'

const certificate: ReadValue = { at: ['connection', 'mtls'], type: 'string', optional: true, opaque: false }
const claim: ReadValue = { at: ['caller', 'mtls'], type: 'string', optional: true, opaque: false }

/** `app.direct` reads the certificate in a condition, `app.role` by a role, and `app.none` not at all. */
const reads = writeReads({
  identities: [
    {
      name: 'staff',
      claims: [],
      spiffe: false,
      roles: [
        { name: 'device', values: [certificate], data: [] },
        { name: 'admin', values: [claim], data: [] },
      ],
    },
  ],
  sets: [
    { values: [certificate], roles: [] },
    { values: [claim], roles: ['admin', 'device'] },
    { values: [claim], roles: ['admin'] },
  ],
  routes: { 'app.role': 1, 'app.none': 2, 'app.direct': 0 },
})

const bodies = ['app.order', 'app.edit']

const say = (protocol: CheckInputs['protocol'], original: CheckInputs['original'], hasCertificateHeader = false) =>
  limitedRoutes({ bodies, reads }, { protocol, original, hasCertificateHeader }).map(
    ({ routes, when, reason }) => `${when}: ${routes.join(', ')}: ${reason}`,
  )

test.each<readonly [...Parameters<typeof say>, string, string]>([
  [
    'ext-authz',
    null,
    false,
    'condition: app.edit, app.order: the decision may depend on the body: set `with_request_body` with `pack_as_bytes: true` in Envoy',
    'condition: app.direct, app.role: conditions read the certificate of the connection: set `include_peer_certificate: true` in Envoy',
  ],
  [
    'forward-auth',
    'x-original',
    false,
    'never: app.edit, app.order: the decision may depend on the body, which nginx does not send with a check',
    'never: app.direct, app.role: conditions read the certificate of the connection, which no header names: set `trust.certificate` of the listener',
  ],
  [
    'forward-auth',
    'x-forwarded',
    true,
    'condition: app.edit, app.order: the decision may depend on the body: set `forwardBody: true` in Traefik (Caddy cannot)',
    'condition: app.direct, app.role: conditions read the certificate of the connection: make the asking proxy send it in the header of `trust.certificate`',
  ],
  [
    'forward-auth',
    'request-line',
    false,
    'condition: app.edit, app.order: the decision may depend on the body: set `with_request_body` in Envoy',
    'never: app.direct, app.role: conditions read the certificate of the connection, which no header names: set `trust.certificate` of the listener',
  ],
])('%s by %s, a header with the certificate: %s', (protocol, original, hasCertificateHeader, ...lines) => {
  expect(say(protocol, original, hasCertificateHeader)).toEqual(lines)
})

test('nothing, of a policy that reads neither, or of an earlier compiler', () => {
  const inputs: CheckInputs = { protocol: 'forward-auth', original: 'x-original', hasCertificateHeader: false }
  expect(limitedRoutes({ bodies: [] }, inputs)).toEqual([])
  expect(limitedRoutes({ bodies: [], reads: writeReads({ identities: [], sets: [], routes: {} }) }, inputs)).toEqual([])
})
