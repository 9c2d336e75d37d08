import { apiKeyFile, TEST_HMAC_SECRET, testApiKey } from '../support/api-keys.ts'
import { hmacJws, METADATA_PATH, TEST_AUDIENCE, type TestIssuer, testKey } from '../support/test-issuer.ts'
import { type Parts, serve } from './set-up.ts'

/** A token that has no identity, and what `iap whoami` says of the cause and of what to change. */
export interface WhoamiCase {
  readonly name: string
  /** Code of the reason. */
  readonly code: string
  readonly message: RegExp
  readonly advice: RegExp
  readonly parts?: (issuer: TestIssuer) => Parts | Promise<Parts>
  readonly words?: readonly string[]
  /** Standard input. */
  token(issuer: TestIssuer): string
}

const user = (issuer: string, more = '') =>
  `user: { issuer: "${issuer}", audience: "${TEST_AUDIENCE}", algorithms: [ES256]${more} }`
const SECRETS = { secret: 'a secret of the tests', hmac: TEST_HMAC_SECRET }
const KEYS = 'keys: { file: ./keys.json, hmacKey: { file: ./hmac } }'
const key = testApiKey('user')
const API_KEYS: Parts = {
  via: 'api_key',
  identities: `user: { ${KEYS} }`,
  files: { ...SECRETS, 'keys.json': apiKeyFile([testApiKey('user')]) },
}
const introspecting = (issuer: string, port: number) =>
  `user: { issuer: "${issuer}", ${CLIENT}, introspection: "http://127.0.0.1:${port}/" }`
const CLIENT = 'clientId: iap, clientSecret: { file: ./secret }'
const seconds = () => Math.floor(Date.now() / 1000)

export const tokenCases: readonly WhoamiCase[] = [
  {
    name: 'an issuer with a slash too many',
    ...{
      code: 'issuer',
      message: /no configured identity has the `iss`/,
      advice: /set `identities.user.issuer` to the exact `iss`.*slash/,
    },
    token: ({ issuer, mint }) => mint({ iss: `${issuer}/` }),
  },
  {
    name: 'another issuer',
    ...{ code: 'issuer', message: /expected: `iss`: http:\/\/127/, advice: /compare `iss` with `identities.user.issuer`/ },
    token: ({ mint }) => mint({ iss: 'https://other.test' }),
  },
  {
    name: 'another audience',
    ...{ code: 'audience', message: /expected: `aud`: https:\/\/api.example/, advice: /request a token for the audience/ },
    token: ({ mint }) => mint({ aud: 'https://other.test' }),
  },
  {
    name: 'a token that has expired',
    ...{
      code: 'expired',
      message: /the credential has expired \((?:2 h|1 h 59 m) .*ago\)/,
      advice: /request a new token/,
    },
    token: ({ mint }) => mint({ exp: seconds() - 7200, iat: seconds() - 9000 }),
  },
  {
    name: 'a token that is not valid yet',
    ...{ code: 'not-yet-valid', message: /not valid yet \(`nbf`\) \(in (?:9|10) m/, advice: /synchronize the clocks/ },
    token: ({ mint }) => mint({ nbf: seconds() + 600 }),
  },
  {
    name: 'a token from the future',
    ...{ code: 'issued-in-future', message: /is in the future/, advice: /synchronize the clocks/ },
    token: ({ mint }) => mint({ iat: seconds() + 600, exp: seconds() + 900 }),
  },
  {
    name: 'another algorithm',
    ...{
      code: 'token-algorithm',
      message: /expected: `alg`: ES256/,
      advice: /add the algorithm to `identities.user.algorithms`/,
    },
    token: ({ mint }) => mint({}, { key: testKey('RS256') }),
  },
  {
    name: 'a shared secret',
    ...{ code: 'token-algorithm', message: /`alg`/, advice: /let the issuer sign by an asymmetric algorithm/ },
    token: ({ issuer }) =>
      hmacJws('{"alg":"HS256","typ":"at+jwt"}', JSON.stringify({ iss: issuer, aud: TEST_AUDIENCE, sub: 'ann' }), 'secret'),
  },
  {
    name: 'a key that the issuer does not publish',
    ...{
      code: 'unknown-key',
      message: /expected: `kid`: the keys of the issuer/,
      advice: /check that the issuer publishes the key/,
    },
    token: ({ mint }) => mint({}, { key: testKey('ES256') }),
  },
  {
    name: 'a signature of another key with the same id',
    ...{ code: 'signature', message: /signature of the token is not valid/, advice: /request a new token.*JWKS/ },
    token: ({ mint, keys }) => mint({}, { key: testKey('ES256', keys[0]?.kid) }),
  },
  {
    name: 'a type that the profile does not have',
    ...{ code: 'token-type', message: /expected: `typ`: at\+jwt/, advice: /set `identities.user.profile: jwt`/ },
    token: ({ mint }) => mint({}, { header: { typ: 'JWT' } }),
  },
  {
    name: 'an ID token',
    ...{ code: 'not-an-access-token', message: /`nonce`: absent/, advice: /send an access token instead of an ID token/ },
    parts: ({ issuer }) => ({ identities: user(issuer, ', profile: jwt') }),
    token: ({ mint }) => mint({ nonce: 'n' }, { header: { typ: 'JWT' } }),
  },
  {
    name: 'a claim that the profile requires',
    ...{ code: 'claim-missing', message: /`client_id`: a non-empty string/, advice: /configure the issuer to add the claim/ },
    token: ({ mint }) => mint({ client_id: undefined }),
  },
  {
    name: 'a claim that the policy requires',
    ...{
      code: 'claims',
      message: /claim `\/groups` of identity `user` is missing/,
      advice: /let the issuer add or correct the claim/,
    },
    parts: () => ({ claims: 'sub: string, groups: set<string>' }),
    token: ({ mint }) => mint(),
  },
  {
    name: 'a claim of another type than in the policy',
    ...{
      code: 'claims',
      message: /claim `\/groups` of identity `user` must be array, got string/,
      advice: /change the claims of `user`/,
    },
    parts: () => ({ claims: 'sub: string, groups: set<string>' }),
    token: ({ mint }) => mint({ groups: 'admins' }),
  },
  {
    name: 'a method that the policy does not accept',
    ...{ code: 'method', message: /does not accept this authentication method/, advice: /add the method to `via`/ },
    parts: ({ issuer }) => ({
      via: 'api_key',
      identities: user(issuer, `, ${KEYS}`),
      files: { ...SECRETS, 'keys.json': apiKeyFile([]) },
    }),
    token: ({ mint }) => mint(),
  },
  {
    name: 'a token that is bound to a key',
    ...{ code: 'proof-required', message: /DPoP proof/, advice: /DPoP/ },
    token: ({ mint }) => mint({ cnf: { jkt: 'NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs' } }),
  },
  {
    name: 'half a token',
    ...{ code: 'token-malformed', message: /not a compact JWS/, advice: /send the access token unchanged/ },
    token: ({ mint }) => mint().slice(0, 100),
  },
  {
    name: 'Basic',
    ...{ code: 'unsupported-scheme', message: /neither Bearer nor DPoP/, advice: /use the scheme `Bearer`/ },
    token: () => 'Authorization: Basic YW5uOnNlY3JldA==',
  },
  {
    name: 'an issuer that is gone',
    ...{ code: 'identity-provider-unavailable', message: /answers 500/, advice: /check that the proxy can reach the issuer/ },
    parts: ({ answer }) => {
      answer(METADATA_PATH, (response) => void response.writeHead(500).end())
      return {}
    },
    token: ({ mint }) => mint(),
  },
  {
    name: 'no network',
    ...{ code: 'unverified', message: /its signature was not verified/, advice: /`--jwks FILE`/ },
    words: ['--offline'],
    token: ({ mint }) => mint(),
  },
]

export const otherCases: readonly WhoamiCase[] = [
  {
    name: 'an API key that does not exist',
    ...{ code: 'key-unknown', message: /does not exist/, advice: /create a new API key/ },
    parts: () => API_KEYS,
    token: () => key.text,
  },
  {
    name: 'an API key that lacks its end',
    ...{ code: 'key-malformed', message: /wrong format or a wrong checksum/, advice: /exactly as `iap key create` printed it/ },
    parts: () => API_KEYS,
    token: () => `X-API-Key: ${key.text.slice(0, -1)}`,
  },
  {
    name: 'an API key that was revoked',
    ...{ code: 'key-revoked', message: /was revoked/, advice: /create a new API key/ },
    parts: () => ({
      ...API_KEYS,
      files: { ...SECRETS, 'keys.json': apiKeyFile([{ ...key.record, revoked: '2026-03-03T09:00:00.000Z' }]) },
    }),
    token: () => key.text,
  },
  {
    name: 'an API key with another secret',
    ...{ code: 'not-checked', message: /created with another secret/, advice: /run `iap doctor`/ },
    parts: () => ({ ...API_KEYS, files: { ...API_KEYS.files, hmac: TEST_HMAC_SECRET.toUpperCase() } }),
    token: () => key.text,
  },
  {
    name: 'a token where an API key is taken',
    ...{ code: 'other-credential', message: /takes an API key, and standard input has a JWT/, advice: /give an API key/ },
    parts: () => API_KEYS,
    token: ({ mint }) => mint(),
  },
  {
    name: 'an opaque token that is not active',
    ...{ code: 'inactive', message: /does not say that the token is active/, advice: /request a new token/ },
    parts: async ({ issuer }) => ({
      via: 'oauth2',
      identities: introspecting(
        issuer,
        await serve((_, response) => void response.setHeader('content-type', 'application/json').end('{"active":false}')),
      ),
      files: SECRETS,
    }),
    token: () => 'an-opaque-token-of-the-tests',
  },
  {
    name: 'an issuer that refuses the client',
    ...{ code: 'identity-provider-unavailable', message: /answers 401.*does not accept the proxy/, advice: /reach the issuer/ },
    parts: async ({ issuer }) => ({
      via: 'oauth2',
      identities: introspecting(issuer, await serve((_, response) => void response.writeHead(401).end())),
      files: SECRETS,
    }),
    token: () => 'Bearer an-opaque-token-of-the-tests',
  },
  {
    name: 'an opaque token without the network',
    ...{ code: 'not-checked', message: /only the issuer knows/, advice: /leave out `--offline`/ },
    words: ['--offline'],
    parts: ({ issuer }) => ({ via: 'oauth2', identities: introspecting(issuer, 9), files: SECRETS }),
    token: () => 'an-opaque-token-of-the-tests',
  },
  {
    name: 'an opaque token where JWTs are taken',
    ...{ code: 'token-malformed', message: /not a compact JWS/, advice: /identity with the method `oauth2`/ },
    token: () => 'an-opaque-token-of-the-tests',
  },
  {
    name: 'a session in the memory of the proxy',
    ...{ code: 'not-checked', message: /sessions are in the memory of the running proxy/, advice: /open `\/.iap\/me`/ },
    parts: ({ issuer }) => ({
      via: 'oidc',
      identities: `user: { issuer: "${issuer}", ${CLIENT} }`,
      files: SECRETS,
    }),
    token: () => `Cookie: a=b; __Host-iap-session=${'A'.repeat(43)}`,
  },
]
