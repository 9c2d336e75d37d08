import { generateSigningKey } from '../../compiler/bundle/index.ts'
import { authority, type DoctorCase, jwtOf } from './doctor-case.ts'
import { nobody, serve } from './set-up.ts'

const pair = authority.server(['app.test'], { to: 100 })
const tls = (more = '') => `tls: { cert: ./cert.pem, key: ./key.pem${more} }`
const pairFiles = ({ cert, key }: { readonly cert: string; readonly key: string }) => ({ 'cert.pem': cert, 'key.pem': key })

/** What is broken is a file, a server or a limit of the deployment itself. */
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
