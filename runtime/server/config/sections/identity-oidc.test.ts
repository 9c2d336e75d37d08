import { expect, test } from 'vitest'
import { renderConfigError } from '../../../base/config-error.ts'
import { loadConfig } from '../load-config.ts'

function problems(identities: string): string[] {
  const text = `listeners: [{ address: "127.0.0.1:0" }]\nidentities: ${identities}\n`
  const result = loadConfig(text, '/etc/iap/iap.yaml', { dev: true })
  return result.ok ? [] : result.errors.map((error) => renderConfigError(error).replace(/^[^ ]* /, ''))
}

const client = (id: string, issuer = 'https://id.example') =>
  `{ issuer: "${issuer}", clientId: ${id}, clientSecret: { env: SECRET }, scopes: [profile] }`

test('two identities are two clients of an issuer', () => {
  expect(problems(`{ staff: ${client('iap')}, operator: ${client('iap')} }`)).toEqual([
    '`operator` is the client `iap` of the same provider as `staff`: users could choose either identity. Register another client, or use one identity with roles',
  ])
  expect(problems(`{ staff: ${client('iap')}, operator: ${client('operators')} }`)).toEqual([])
  expect(problems(`{ staff: ${client('iap')}, partner: ${client('iap', 'https://other.example')} }`)).toEqual([])
})

test('a client that shows tokens to one identity may sign people in as another', () => {
  const asked = `{ issuer: "https://id.example", clientId: iap, clientSecret: { env: SECRET }, cache: 60s }`
  expect(problems(`{ staff: ${client('iap')}, tools: ${asked} }`)).toEqual([])
})
