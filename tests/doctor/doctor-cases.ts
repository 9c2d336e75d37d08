import { generateKeyPairSync } from 'node:crypto'
import { generateSigningKey } from '../../compiler/bundle/index.ts'
import type { Verdict } from '../../runtime/server/doctor/index.ts'
import { idpMetadata } from '../support/saml.ts'
import { testAuthority } from '../support/test-authority.ts'
import { JWKS_PATH, METADATA_PATH, TEST_AUDIENCE, type TestIssuer, testKey } from '../support/test-issuer.ts'
import { nobody, type Parts, serve } from './set-up.ts'

/** A broken set-up, and the line of `iap doctor` that names the cause and what to change. */
export interface DoctorCase {
  readonly name: string
  readonly result: Extract<Verdict, 'problem' | 'warning'>
  readonly place: string
  readonly message: RegExp
  readonly advice: RegExp
  /** Other places of results with the same cause. */
  readonly also?: readonly string[]
  readonly words?: readonly string[]
  /** Modes of files, by name. */
  readonly modes?: Readonly<Record<string, number>>
  make(issuer: TestIssuer): Parts | Promise<Parts>
}

const authority = testAuthority()
const SECRET = 'a secret of the tests'
const jwtOf = (issuer: string, more = '') =>
  `user: { issuer: "${issuer}", audience: "${TEST_AUDIENCE}", algorithms: [ES256]${more} }`
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

const ISSUER = 'identities.user.issuer'
const pair = authority.server(['app.test'], { to: 100 })
const tls = (more = '') => `tls: { cert: ./cert.pem, key: ./key.pem${more} }`
const pairFiles = ({ cert, key }: { readonly cert: string; readonly key: string }) => ({ 'cert.pem': cert, 'key.pem': key })

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
    ...{ result: 'problem', place: ISSUER, message: /did not answer in time/, advice: /firewalls and routes/ },
    words: ['--timeout', '500ms'],
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
    ...{ result: 'problem', place: 'identities.user.clockSkew', message: /600 s ahead of .* more than the 30 s/, advice: /NTP/ },
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

export const ownCases: readonly DoctorCase[] = [
  {
    name: 'a key of the configuration that does not exist',
    ...{
      result: 'problem',
      place: 'iap.yaml:6:1',
      message: /unknown key `limit`: did you mean `limits`/,
      advice: /correct the configuration/,
    },
    make: () => ({ more: 'limit: {}' }),
  },
  {
    name: 'a certificate of another key',
    ...{ result: 'problem', place: 'tls-files', message: /is not the certificate of its `key`/, advice: /that belong together/ },
    make: () => ({ listener: tls(), files: { 'cert.pem': pair.cert, 'key.pem': authority.server(['app.test']).key } }),
  },
  {
    name: 'an expired certificate',
    ...{ result: 'problem', place: 'tls-files', message: /expired on/, advice: /renew the certificate/ },
    also: ['listeners[0].tls'],
    make: () => ({ listener: tls(), files: pairFiles(authority.server(['app.test'], { from: -3, to: -1 })) }),
  },
  {
    name: 'a certificate that ends soon',
    ...{ result: 'warning', place: 'listeners[0].tls', message: /expires on/, advice: /renew it before/ },
    make: () => ({ listener: tls(), files: pairFiles(authority.server(['app.test'], { to: 3 })) }),
  },
  {
    name: 'a certificate without the hosts of the policy',
    ...{
      result: 'warning',
      place: 'listeners[0].tls',
      message: /no certificate names `app.test`.* they name `www.test`/,
      advice: /for these hosts/,
    },
    make: () => ({ listener: tls(), files: pairFiles(authority.server(['www.test'], { to: 100 })) }),
  },
  {
    name: 'a file of authorities that is missing',
    ...{ result: 'problem', place: 'tls-files', message: /ca.pem/, advice: /correct the path, or create the file/ },
    make: async () => ({ upstream: await nobody('https'), service: 'tls: { ca: ./ca.pem }' }),
  },
  {
    name: 'a bundle that another key has signed',
    ...{
      result: 'problem',
      place: 'bundle',
      message: /unknown-key|not signed|trusted/,
      advice: /sign the bundle with a key of `bundle.keys`/,
    },
    make: () => ({ bundle: { signers: [generateSigningKey()] } }),
  },
  {
    name: 'an expired bundle',
    ...{
      result: 'problem',
      place: 'bundle',
      message: /the bundle expired at/,
      advice: /build the bundle again with a later end/,
    },
    make: () => ({ bundle: { expires: '2026-01-01T00:00:00Z' } }),
  },
  {
    name: 'a bundle that expires soon',
    ...{ result: 'warning', place: 'bundle.source', message: /the bundle expires at/, advice: /with a later end/ },
    make: () => ({ bundle: { expires: `${new Date(Date.now() + 86_400_000).toISOString().slice(0, 19)}Z` } }),
  },
  {
    name: 'a bundle that is older than the last one',
    ...{
      result: 'problem',
      place: 'bundle.state',
      message: /has the sequence 1, and the proxy has accepted 7/,
      advice: /later sequence/,
    },
    make: () => ({ files: { 'state/sequence.json': '{ "sequence": 7, "revision": "sha256:0" }' } }),
  },
  {
    name: 'a state folder of another version',
    ...{
      result: 'problem',
      place: 'bundle.state',
      message: /does not contain the last accepted sequence/,
      advice: /as the message says/,
    },
    make: () => ({ files: { 'state/sequence.json': 'seven' } }),
  },
  {
    name: 'a state folder that others can change',
    ...{ result: 'warning', place: 'bundle.state', message: /other users .* \(mode 777\)/, advice: /run `chmod go-w / },
    modes: { state: 0o777 },
    make: () => ({ files: { 'state/readme': '' } }),
  },
  {
    name: 'an identity that only the policy has',
    ...{
      result: 'problem',
      place: 'bundle',
      message: /the policy names the identity `user`/,
      advice: /add what the policy names/,
    },
    make: ({ issuer }) => ({ identities: jwtOf(issuer).replace('user:', 'staff:') }),
  },
  {
    name: 'a bundle server that refuses the token',
    ...{ result: 'problem', place: 'bundle.source', message: /answers 401/, advice: /correct `bundle.token`/ },
    make: async () => {
      const port = await serve((_, response) => void response.writeHead(401).end())
      return {
        source: `source: "http://127.0.0.1:${port}/policy.iapb", token: { file: ./token }`,
        files: { token: 'a-token-of-the-tests' },
      }
    },
  },
  {
    name: 'a bundle server without a bundle',
    ...{ result: 'problem', place: 'bundle.source', message: /does not exist \(404\)/, advice: /upload the bundle/ },
    make: async () => ({
      source: `source: "http://127.0.0.1:${await serve((_, response) => void response.writeHead(404).end())}/policy.iapb"`,
    }),
  },
  {
    name: 'a service that is down',
    ...{ result: 'problem', place: 'services.app.upstreams[0]', message: /ECONNREFUSED/, advice: /start the server, or correct/ },
    make: async () => ({ upstream: await nobody() }),
  },
  {
    name: 'a service with the certificate of another host',
    ...{ result: 'problem', place: 'services.app.upstreams[0]', message: /altnames/, advice: /use a host name in `services.app/ },
    make: async () => ({
      upstream: `https://localhost:${await serve(() => {}, authority.server(['other.test']))}`,
      service: 'tls: { ca: ./ca.pem }',
      files: { 'ca.pem': authority.cert },
    }),
  },
  {
    name: 'a service without TLS behind an address with it',
    ...{
      result: 'problem',
      place: 'services.app.upstreams[0]',
      message: /EPROTO|wrong version|SSL/i,
      advice: /check the scheme/,
    },
    make: async () => ({ upstream: `https://localhost:${await serve(() => {})}` }),
  },
  {
    name: 'a state folder that is a file',
    ...{ result: 'problem', place: 'paths', message: /`.*state` is not a folder/, advice: /configure another path/ },
    also: ['bundle.state'],
    make: () => ({ files: { state: '' } }),
  },
  {
    name: 'a port that another program has',
    ...{
      result: 'problem',
      place: 'listeners[0].address',
      message: /a program that is not the proxy/,
      advice: /stop the other program/,
    },
    make: async () => ({ address: `127.0.0.1:${await serve((_, response) => void response.writeHead(404).end())}` }),
  },
  {
    name: 'an address of another machine',
    ...{
      result: 'problem',
      place: 'listeners[0].address',
      message: /no address `192.0.2.1`/,
      advice: /an address of this machine/,
    },
    make: () => ({ address: '192.0.2.1:8080' }),
  },
  {
    name: 'more connections than file descriptors',
    ...{
      result: 'problem',
      place: 'limits.connections',
      message: /file descriptors suffice for/,
      advice: /raise the limit to at least 2000064/,
    },
    make: () => ({ more: 'limits: { connections: 1000000 }' }),
  },
  {
    name: 'a Redis that is down',
    ...{ result: 'problem', place: 'limits.store', message: /ECONNREFUSED/, advice: /start the server, or correct/ },
    make: async () => ({ more: `limits: { store: "${await nobody('redis')}" }` }),
  },
]
