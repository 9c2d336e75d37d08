import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { apiKeyFile, TEST_HMAC_SECRET, testApiKey } from '../support/api-keys.ts'
import { TEST_AUDIENCE } from '../support/test-issuer.ts'
import { anIssuer, setUp } from './set-up.ts'
import { otherCases, tokenCases } from './whoami-cases.ts'

describe.each([
  ['tokens', tokenCases],
  ['other credentials', otherCases],
])('%s', (_, cases) => {
  test.each(cases)('$name', async ({ code, message, advice, parts, words = [], token }) => {
    const issuer = await anIssuer()
    const { whoami } = await setUp(issuer, (await parts?.(issuer)) ?? {})
    const input = token(issuer)
    const { code: exit, text } = await whoami(input, ...words)
    const [, reason = ''] = /^ {2}user: ([\s\S]*?)(?=^ {2}\S|$(?![\s\S]))/m.exec(text) ?? []
    expect(reason).toContain(`(${code})`)
    expect(reason).toMatch(message)
    expect(reason).toMatch(new RegExp(`change: .*${advice.source}`))
    expect(exit).toBe(1)
    expectNoPart(text, input)
  })
})

/** No part of the credential is in the output that could be used. */
function expectNoPart(text: string, input: string): void {
  const parts = input.split(/[.\s:=_;]+/).filter((part) => part.length > 15 && part !== 'Authorization')
  for (const part of parts) expect(text).not.toContain(part)
}

describe('an identity', () => {
  test.each([
    ['by itself', (token: string) => token],
    ['with its scheme', (token: string) => `bearer  ${token}\n`],
    ['in quotes', (token: string) => `"${token}"\r\n`],
    ['as a line', (token: string) => `Authorization: Bearer ${token}`],
    ['as lines', (token: string) => `host: app.test\r\nauthorization: Bearer ${token}\r\ncookie: a=b\r\n\r\n`],
  ])('of a token %s', async (_, written) => {
    const issuer = await anIssuer()
    const { whoami } = await setUp(issuer, {})
    const token = issuer.mint({ name: 'Ann \u001b[31m' })
    const plain = await whoami(written(token))
    expect(plain).toEqual({
      code: 0,
      text: '✓ user via jwt (JWT)\n  claims: aud, client_id, exp, iat, iss, jti, name, sub\n',
    })
    const { text } = await whoami(written(token), '--values')
    expect(text).toContain('    name: "Ann \\u001b[31m"\n    sub: "ann"\n')
    expectNoPart(text, token)
  })

  test('of a token by the keys in a file, without the network', async () => {
    const issuer = await anIssuer()
    const { folder, whoami } = await setUp(issuer, {})
    writeFileSync(join(folder, 'jwks.json'), JSON.stringify({ keys: issuer.keys.map(({ jwk }) => jwk) }))
    await issuer.down()
    expect(await whoami(issuer.mint(), '--offline', '--jwks', 'jwks.json')).toMatchObject({ code: 0 })
    const { code, text } = await whoami(issuer.mint({ aud: 'other' }), '--offline', '--jwks', 'jwks.json', '--format', 'json')
    expect([code, JSON.parse(text)]).toMatchObject([1, { ok: false, reasons: [{ identity: 'user', code: 'audience' }] }])
  })

  test('of several, each with its reason', async () => {
    const issuer = await anIssuer()
    const made = testApiKey('partner')
    const { whoami } = await setUp(issuer, {
      identities: [
        `user: { issuer: "${issuer.issuer}", audience: "${TEST_AUDIENCE}", algorithms: [ES256] }`,
        'staff: { issuer: "https://id.invalid", audience: staff, algorithms: [ES256] }',
        'partner: { keys: { file: ./keys.json, hmacKey: { file: ./hmac } } }',
      ].join(),
      files: { hmac: TEST_HMAC_SECRET, 'keys.json': apiKeyFile([made]) },
    })
    const { text } = await whoami(issuer.mint({ aud: 'other' }), '--format', 'json')
    const { reasons } = JSON.parse(text) as { reasons: { identity: string; code: string }[] }
    expect(reasons.map(({ identity, code }) => [identity, code])).toEqual([
      ['user', 'audience'],
      ['staff', 'issuer'],
      ['partner', 'other-credential'],
    ])
    const alone = await whoami(issuer.mint({ aud: 'other' }), '--identity', 'staff', '--format', 'json')
    expect(JSON.parse(alone.text).reasons).toHaveLength(1)
    // The policy does not have this identity.
    expect(
      JSON.parse((await whoami(made.text, '--format', 'json')).text).reasons.map(({ code }: { code: string }) => code),
    ).toEqual(['other-credential', 'other-credential', 'method'])
  })
})

test('a token that two identities would take has none, and the reason is that of all', async () => {
  const issuer = await anIssuer()
  const { whoami } = await setUp(issuer, {
    identities: ['user', 'staff']
      .map((name) => `${name}: { issuer: "${issuer.issuer}", audience: ${name}, algorithms: [ES256] }`)
      .join(),
  })
  const { code, text } = await whoami(issuer.mint({ aud: ['user', 'staff'] }), '--format', 'json')
  expect([code, JSON.parse(text).reasons]).toEqual([
    1,
    [
      expect.objectContaining({ identity: null, code: 'audience-ambiguous' }),
      // The policy has `user` alone.
      expect.objectContaining({ identity: 'staff', code: 'method' }),
    ],
  ])
})

test.each([
  ['nothing', '', [], /standard input is empty/],
  ['lines that are no headers', 'a\nb', [], /standard input has 2 lines that are no headers/],
  ['a line among headers', 'cookie: a=b\nsecretsecret', [], /line 2 of standard input is not a header/],
  ['too much', 'a'.repeat(70_000), [], /more than 65536 characters/],
  ['characters that no header has', 'a\u0001b', [], /a request with this credential would be refused/],
  ['an identity that is not configured', 'a', ['--identity', 'nobody'], /`--identity` is not one of `identities`/],
  ['a token as an operand', '', ['secretsecret'], /reads the token on standard input, not as an operand/],
  ['a time that is none', 'a', ['--timeout', 'soon'], /`--timeout` must be a duration/],
  ['keys that are none', 'a', ['--jwks', 'key.jwk.json'], /is not a JWK Set/],
])('%s is an error', async (_, input, words, message) => {
  const { whoami } = await setUp(await anIssuer(), {})
  const { code, text } = await whoami(input, ...words)
  expect(code).toBe(2)
  expect(text).toMatch(message)
  expect(text).not.toContain('secretsecret')
})
