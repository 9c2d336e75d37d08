import { expect, it } from 'vitest'
import type { Manifest } from '../abi/index.ts'
import { lackingNeeds, SUPPORTED_NEEDS } from './index.ts'

const manifest = (needs: readonly string[], ...methods: readonly string[]) =>
  ({ needs, identities: [{ name: 'staff', methods }] }) as unknown as Manifest

it('names each need that this runtime lacks', () => {
  expect(lackingNeeds(manifest(['body', 'identity:jwt', 'identity:magic', 'pigeons']))).toEqual(['identity:magic', 'pigeons'])
  expect(lackingNeeds(manifest(['data', 'limit', 'mtls', 'pigeons', 'rpc']))).toEqual(['pigeons'])
  expect(lackingNeeds(manifest(['constructor']))).toEqual(['constructor'])
})

it('takes a method of an identity for a need, said or not', () => {
  expect(lackingNeeds(manifest([], 'jwt', 'oidc', 'magic'))).toEqual(['identity:magic'])
  expect(lackingNeeds(manifest(['identity:magic'], 'magic'))).toEqual(['identity:magic'])
})

it('lacks nothing of what it has: a line is added here when the runtime learns something', () => {
  expect([...SUPPORTED_NEEDS]).toEqual([
    'identity:jwt',
    'identity:oauth2',
    'identity:oidc',
    'identity:saml',
    'identity:api_key',
    'identity:custom',
    'identity:mtls',
    'body',
    'data',
    'expiry',
    'header',
    'limit',
    'mtls',
    'query',
    'requirement',
    'rpc',
    'shadow',
  ])
  expect(lackingNeeds(manifest([...SUPPORTED_NEEDS]))).toEqual([])
})
