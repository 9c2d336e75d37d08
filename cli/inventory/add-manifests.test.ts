import { expect, test } from 'vitest'
import { checkTexts } from '../../compiler/project/index.ts'
import { addManifests } from './add-manifests.ts'
import { draftOf } from './draft.ts'
import { findingsOf } from './findings.ts'
import { Inventory } from './inventory.ts'

const POLICY = `
service orders at "orders.a.svc.cluster.local" {}
service shop at "shop.example" {}
service mail at "mail.b" {}
`

function told(...services: readonly string[]): { readonly found: readonly string[]; readonly draft: string } {
  const { model } = checkTexts(new Map([['p.iap', POLICY]]))
  if (model === null) throw new Error('it checks')
  const inventory = new Inventory(model)
  const manifests = services.map((text) => {
    const [name = '', namespace = null] = text.split('.')
    return { name, namespace }
  })
  addManifests(inventory, 'k.yaml', manifests)
  const found = findingsOf(inventory, model, new Map()).map(({ kind, service, message }) => {
    return [kind, service, ...(/`.*`/.exec(message) ?? [])].join(' ')
  })
  return { found, draft: draftOf(inventory, model)?.text ?? '' }
}

test('a service of the policy is that at its host', () => {
  expect(told('orders.a', 'shop.eu', 'mail.b').found).toEqual([])
})

test('and not the one of its name in another namespace', () => {
  const { found, draft } = told('orders.b', 'shop.eu', 'mail.b')
  expect(found).toEqual(['unknown orders_b `orders.b.svc.cluster.local`', 'unseen orders'])
  expect(draft).toContain('service orders_b at "orders.b.svc.cluster.local" {}')
})

test('unless nobody says of which namespace it is', () => {
  expect(told('orders', 'shop', 'mail').found).toEqual([])
})

test('of one name in two namespaces, each is told', () => {
  const known = ['orders.a', 'shop.eu', 'mail.b']
  expect(told(...known, 'stock-level.a', 'stock-level.b', 'stock-level.b').found).toEqual([
    'unknown stock_level `stock-level.a.svc.cluster.local`',
    'unknown stock_level_b `stock-level.b.svc.cluster.local`',
  ])
  expect(told(...known, 'stock', 'stock.a', 'stock.b').found).toEqual([
    'unknown stock `stock`, `stock.a.svc.cluster.local`',
    'unknown stock_b `stock.b.svc.cluster.local`',
  ])
})
