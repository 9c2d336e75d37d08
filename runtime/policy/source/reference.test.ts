import { expect, it } from 'vitest'
import { parseReference } from './reference.ts'

const digest = `sha256:${'0a'.repeat(32)}`

it.each([
  [
    'oci://registry.example/shop/policies:production',
    { origin: 'https://registry.example', repository: 'shop/policies', reference: 'production' },
  ],
  ['oci://r.example:5000/shop:1.2_3-x', { origin: 'https://r.example:5000', repository: 'shop', reference: '1.2_3-x' }],
  [`oci://r.example/a__b/c.d/e--f@${digest}`, { origin: 'https://r.example', repository: 'a__b/c.d/e--f', reference: digest }],
  // This machine alone is asked without TLS.
  ['oci://localhost:5000/shop:a', { origin: 'http://localhost:5000', repository: 'shop', reference: 'a' }],
  ['oci://127.0.0.1/shop:a', { origin: 'http://127.0.0.1', repository: 'shop', reference: 'a' }],
  ['oci://[::1]:5000/shop:a', { origin: 'http://[::1]:5000', repository: 'shop', reference: 'a' }],
  ['oci://localhost.example/shop:a', { origin: 'https://localhost.example', repository: 'shop', reference: 'a' }],
  ['oci://127.0.0.1.example/shop:a', { origin: 'https://127.0.0.1.example', repository: 'shop', reference: 'a' }],
])('%s', (text, expected) => {
  expect(parseReference(text)).toEqual(expected)
})

it.each([
  'registry.example/shop:a',
  'oci://registry.example/shop',
  'oci://registry.example:a',
  'oci://registry.example/:a',
  'oci://registry.example/Shop:a',
  'oci://registry.example/shop/../admin:a',
  'oci://registry.example/shop//x:a',
  'oci://registry.example/shop:a/b',
  'oci://registry.example/shop:a?x',
  'oci://registry.example/shop:a\n',
  'oci://registry.example/shop:.a',
  `oci://registry.example/shop:${'a'.repeat(129)}`,
  'oci://registry.example/shop@sha256:0a',
  `oci://registry.example/shop@sha512:${'0a'.repeat(64)}`,
  `oci://registry.example/shop:a@${digest}`,
  'oci://user:pass@registry.example/shop:a',
  'oci://registry.example:70000/shop:a',
  'oci://[x]/shop:a',
  'oci:///shop:a',
  'oci://',
])('%j is none', (text) => {
  expect(parseReference(text)).toBeNull()
})
