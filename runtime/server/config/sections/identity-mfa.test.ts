import { expect, test } from 'vitest'
import { renderConfigError } from '../../../base/config-error.ts'
import { loadConfig } from '../load-config.ts'

function load(identity: string) {
  return loadConfig(`listeners: [{ address: 127.0.0.1:0 }]\nidentities:\n  staff: ${identity}\n`, '/etc/iap/iap.yaml', {
    dev: true,
  })
}

const BASE = 'issuer: https://id.example'
const CLIENT = `${BASE}, clientId: iap, clientSecret: { env: S }`
const METHODS = {
  jwt: `${BASE}, audience: a, algorithms: [ES256]`,
  oauth2: `${CLIENT}, cache: 60s`,
  oidc: CLIENT,
}

test.each(Object.entries(METHODS))('%s', (method, identity) => {
  const mfaOf = (more: string) => {
    const read = load(`{ ${identity}${more} }`)
    return read.ok ? read.config.identities.staff : read.errors.map(renderConfigError)
  }
  expect(mfaOf('')).toMatchObject({ [method]: { mfa: { amr: ['mfa'], acr: ['mfa'] } } })
  expect(mfaOf(', mfa: { amr: [otp, hwk], acr: ["urn:shop:mfa"] }')).toMatchObject({
    [method]: { mfa: { amr: ['otp', 'hwk'], acr: ['urn:shop:mfa'] } },
  })
  // In place of what else would count, and not beside it.
  expect(mfaOf(', mfa: { acr: [gold] }')).toMatchObject({ [method]: { mfa: { amr: [], acr: ['gold'] } } })
  expect(mfaOf(', mfa: { amr: [otp] }')).toMatchObject({ [method]: { mfa: { amr: ['otp'], acr: [] } } })
})

test.each([
  ['mfa: {}', 'is empty: expected an object such as `{ amr: [mfa, hwk], acr: ["urn:shop:mfa"] }`'],
  ['mfa: true', '`identities.staff.mfa` must be an object such as'],
  ['mfa: { amr: [] }', '`identities.staff.mfa.amr` is empty'],
  ['mfa: { amr: mfa }', '`identities.staff.mfa.amr` must be a list of methods such as `[mfa, hwk]`, not `mfa`'],
  ['mfa: { acr: ["a b"] }', '`identities.staff.mfa.acr[0]` must be a class such as `urn:shop:mfa`, not `a b`'],
  [`mfa: { acr: ['a"'] }`, '`identities.staff.mfa.acr[0]` must be a class such as'],
  ['mfa: { acr: [a, a] }', '`a` is listed twice'],
  ['mfa: { arc: [a] }', 'unknown key `arc` in `identities.staff.mfa`: did you mean `acr`?'],
])('%s is one mistake', (text, message) => {
  const read = load(`{ ${METHODS.jwt}, ${text} }`)
  expect(read.ok ? [] : read.errors.map(renderConfigError)).toEqual([expect.stringContaining(message)])
})

test('where nothing would read it', () => {
  const read = load('{ keys: { file: a, hmacKey: { env: A } }, mfa: { amr: [otp] } }')
  expect(read.ok ? [] : read.errors.map(renderConfigError)).toEqual(
    ['issuer', 'audience', 'algorithms'].map((key) => expect.stringContaining(`lacks \`${key}\``)),
  )
})
