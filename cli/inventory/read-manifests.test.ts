import { expect, test } from 'vitest'
import { readManifests } from './read-manifests.ts'

test('several documents, lists, and what else is called so', () => {
  const text = `
# an empty one first
---
apiVersion: v1
kind: Service
metadata: { name: orders, namespace: shop }
spec: &spec { ports: [{ port: 80 }] }
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: orders }
---
apiVersion: v1
kind: List
items:
  - apiVersion: v1
    kind: Service
    metadata: { name: stock }
    spec: { ports: [] }
  - { apiVersion: serving.knative.dev/v1, kind: Service, metadata: { name: fn } }
---
{ "apiVersion": "v1", "kind": "ServiceList", "items": [{ "metadata": { "name": "mail", "namespace": "shop" } }] }
`
  expect(readManifests(text)).toEqual([
    { name: 'orders', namespace: 'shop' },
    { name: 'stock', namespace: null },
    { name: 'mail', namespace: 'shop' },
  ])
})

test('what is none says why', () => {
  expect(readManifests('a: [')).toMatch(/^Flow sequence .* line 1/)
  const bomb = `a: &a [x,x,x,x,x,x,x,x,x]\n${[...'bcdefgh'].map((name, at) => `${name}: &${name} [${`*${'abcdefg'[at]},`.repeat(9)}]`).join('\n')}\n`
  expect(readManifests(bomb)).toMatch(/alias/i)
  for (const text of ['', 'a', '- 1', 'kind: Service', 'apiVersion: v1\nkind: Service\nmetadata: 1'])
    expect(readManifests(text)).toEqual([])
})
