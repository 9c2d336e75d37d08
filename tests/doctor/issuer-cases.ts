import { generateKeyPairSync } from 'node:crypto'
import { idpMetadata } from '../support/saml.ts'
import { JWKS_PATH, METADATA_PATH, testKey } from '../support/test-issuer.ts'
import { authority, type DoctorCase, jwtOf } from './doctor-case.ts'
import { nobody, type Parts, serve } from './set-up.ts'

const SECRET = 'a secret of the tests'
const ISSUER = 'identities.user.issuer'
const client = (issuer: string, more = '') =>
  `user: { issuer: "${issuer}", clientId: iap, clientSecret: { file: ./secret }${more} }`

/** An issuer with TLS whose certificate is wrong in some way. */
async function secureIssuer(certified: ReturnType<typeof authority.server>, ca: boolean): Promise<Parts> {
  const port = await serve((_, response) => void response.writeHead(404).end(), certified)
  return {
    identities: jwtOf(`https://localhost:${port}`, ca ? ', tls: { ca: ./ca.pem }' : ''),
    ...(ca && { files: { 'ca.pem': authority.cert } }),
  }
}

/** Each is made of the parts of a deployment that works, of which one is broken. */
export const issuerCases: readonly DoctorCase[] = [
  {
    name: 'an issuer that is down',
    ...{
      result: 'problem',
      place: ISSUER,
      message: /cannot be reached: ECONNREFUSED/,
      advice: /start the server, or correct host/,
    },
    make: async () => ({ identities: jwtOf(await nobody()) }),
  },
  {
    name: 'an issuer that never answers',
    // A busy machine may not come to the end of the request before that of all checks.
    ...{
      result: 'problem',
      place: ISSUER,
      message: /did not (?:answer in time|finish)/,
      advice: /firewalls and routes|check the network/,
    },
    also: ['start-up'],
    words: ['--timeout', '1s'],
    make: async () => ({ identities: jwtOf(`http://127.0.0.1:${await serve(() => {})}`) }),
  },
  {
    name: 'an issuer with a slash too many',
    ...{
      result: 'problem',
      place: ISSUER,
      message: /name the issuer `http/,
      advice: /set `identities.user.issuer` to the issuer that/,
    },
    make: ({ issuer }) => ({ identities: jwtOf(`${issuer}/`) }),
  },
  {
    name: 'an address that is no issuer',
    ...{ result: 'problem', place: ISSUER, message: /answers 404/, advice: /correct `identities.user.issuer`/ },
    make: async () => ({
      identities: jwtOf(`http://127.0.0.1:${await serve((_, response) => void response.writeHead(404).end())}`),
    }),
  },
  {
    name: 'an issuer whose authority is unknown',
    ...{
      result: 'problem',
      place: ISSUER,
      message: /UNABLE_TO_VERIFY|SELF_SIGNED/,
      advice: /set `identities.user.tls.ca` to a file/,
    },
    make: () => secureIssuer(authority.server(['localhost']), false),
  },
  {
    name: 'an issuer with the certificate of another host',
    ...{
      result: 'problem',
      place: ISSUER,
      message: /ALTNAME_INVALID/,
      advice: /use a host name in `identities.user.issuer` that/,
    },
    make: () => secureIssuer(authority.server(['other.test']), true),
  },
  {
    name: 'an issuer with an expired certificate',
    ...{ result: 'problem', place: ISSUER, message: /CERT_HAS_EXPIRED/, advice: /renew the server's certificate/ },
    make: () => secureIssuer(authority.server(['localhost'], { from: -3, to: -1 }), true),
  },
  {
    name: 'keys of another algorithm',
    ...{
      result: 'problem',
      place: ISSUER,
      message: /are for `ES384`, and none for the configured `ES256`/,
      advice: /add one of these/,
    },
    make: ({ answer }) => {
      answer(JWKS_PATH, { keys: [testKey('ES384').jwk] })
      return {}
    },
  },
  {
    name: 'private keys',
    ...{ result: 'problem', place: ISSUER, message: /none of the 1 keys .* can verify/, advice: /publish a public signing key/ },
    make: ({ answer }) => {
      const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
      answer(JWKS_PATH, { keys: [privateKey.export({ format: 'jwk' })] })
      return {}
    },
  },
  {
    name: 'a key set that is a page',
    ...{
      result: 'problem',
      place: 'identities.user.jwks',
      message: /did not answer with a JSON object/,
      advice: /`identities.user.jwks`/,
    },
    make: async () => {
      const port = await serve((_, response) => void response.end('<html>'))
      return { identities: jwtOf('https://id.invalid', `, jwks: "http://127.0.0.1:${port}/jwks"`) }
    },
  },
  {
    name: 'a clock that is wrong',
    ...{
      result: 'problem',
      place: 'identities.user.clockSkew',
      message: /(?:59\d|600) s ahead of .* more than the 30 s/,
      advice: /NTP/,
    },
    make: ({ issuer, answer }) => {
      answer(METADATA_PATH, (response) => {
        response.setHeader('date', new Date(Date.now() - 600_000).toUTCString())
        response.end(JSON.stringify({ issuer, jwks_uri: `${issuer}${JWKS_PATH}` }))
      })
      answer(JWKS_PATH, (response) => {
        response.sendDate = false
        response.end(JSON.stringify({ keys: [testKey('ES256').jwk] }))
      })
      return {}
    },
  },
  {
    name: 'a client secret that the server refuses',
    ...{
      result: 'problem',
      place: 'identities.user.introspection',
      message: /answers 401.*does not accept the proxy/,
      advice: /compare .*clientId/,
    },
    make: async ({ issuer }) => {
      const port = await serve((_, response) => void response.writeHead(401).end('{"error":"invalid_client"}'))
      const more = `, introspection: "http://127.0.0.1:${port}/introspect"`
      return { via: 'oauth2', identities: client(issuer, more), files: { secret: SECRET } }
    },
  },
  {
    name: 'an introspection endpoint at another address',
    ...{
      result: 'problem',
      place: 'identities.user.introspection',
      message: /answers 404/,
      advice: /correct `identities.user.introspection`/,
    },
    make: ({ issuer }) => ({
      via: 'oauth2',
      identities: client(issuer, `, introspection: "${issuer}/none"`),
      files: { secret: SECRET },
    }),
  },
  {
    name: 'a secret that is missing',
    ...{
      result: 'problem',
      place: 'client-credentials',
      message: /secret` cannot be read/,
      advice: /correct the path, or create the file/,
    },
    also: [ISSUER],
    make: ({ issuer }) => ({ via: 'oauth2', identities: client(issuer, `, introspection: "${issuer}/introspect"`) }),
  },
  {
    name: 'SAML metadata of an expired certificate',
    ...{
      result: 'warning',
      place: 'identities.user.metadata',
      message: /metadata expired on/,
      advice: /download the provider's current metadata/,
    },
    make: () => {
      const keys = generateKeyPairSync('rsa', { modulusLength: 2048 })
      const { cert } = authority.client('a provider', { keys, from: -3, to: -1 })
      const metadata = idpMetadata({ entityId: 'urn:idp', certificates: [cert], signIn: 'https://idp.test/login' })
      return { via: 'saml', identities: 'user: { metadata: ./idp.xml, entityId: "urn:iap" }', files: { 'idp.xml': metadata } }
    },
  },
  {
    name: 'SAML metadata that are a page',
    ...{ result: 'problem', place: 'sign-in', message: /idp.xml/, advice: /correct the key or the metadata file/ },
    make: () => ({
      via: 'saml',
      identities: 'user: { metadata: ./idp.xml, entityId: "urn:iap" }',
      files: { 'idp.xml': '<html></html>' },
    }),
  },
  {
    name: 'security events of a sender that is down',
    ...{
      result: 'problem',
      place: 'identities.user.events.jwks',
      message: /ECONNREFUSED/,
      advice: /start the server, or correct/,
    },
    make: async ({ issuer }) => {
      const events = `events: { issuer: "https://events.test", audience: iap, jwks: "${await nobody()}/jwks" }`
      return { identities: jwtOf(issuer, `, ${events}`) }
    },
  },
]
