import { expect, test } from 'vitest'
import { renderConfigError } from '../../../base/config-error.ts'
import { loadConfig } from '../load-config.ts'

const SAML = 'metadata: ./idp.xml, entityId: urn:desk'
const TOKENS = 'issuer: https://id.example, audience: a, algorithms: [ES256]'

function load(identity: string) {
  const text = `listeners: [{ address: 127.0.0.1:0 }]\nidentities:\n  staff: { ${identity} }\n`
  return loadConfig(text, '/etc/iap/iap.yaml', { dev: true })
}

test.each([
  [SAML, {}],
  [
    `${SAML}, title: Employees, logo: ./staff.png, displayClaim: name`,
    {
      staff: {
        title: 'Employees',
        logo: { file: '/etc/iap/staff.png', path: ['identities', 'staff', 'logo'] },
        displayClaim: 'name',
      },
    },
  ],
  [
    `${TOKENS}, displayClaim: "https://id.example/name"`,
    { staff: { title: null, logo: null, displayClaim: 'https://id.example/name' } },
  ],
])('%s', (identity, displays) => {
  const loaded = load(identity)
  expect(loaded.ok && { ...loaded.config.displays }).toEqual(displays)
})

test.each([
  [`${TOKENS}, logo: ./a.png`, '3:74: `identities.staff.logo` is shown only where people sign in with a browser: remove it'],
  [`${SAML}, title: ""`, '`identities.staff.title` must be a text of up to 80 characters'],
  [`${SAML}, title: "  "`, '`identities.staff.title` must be a text of up to 80 characters'],
  [`${SAML}, title: "a\\nb"`, '`identities.staff.title` must be a text of up to 80 characters'],
  [`${SAML}, title: ${'x'.repeat(81)}`, '`identities.staff.title` must be a text of up to 80 characters'],
  [`${SAML}, displayClaim: 7`, '`identities.staff.displayClaim` must be the name of a claim such as `name`, not `7`'],
  [`${SAML}, logo: ""`, '`identities.staff.logo` must be a path'],
])('%s', (identity, message) => {
  const loaded = load(identity)
  if (loaded.ok) throw new Error('it was read')
  expect(loaded.errors.map((error) => renderConfigError(error)).join('\n')).toContain(message)
})
