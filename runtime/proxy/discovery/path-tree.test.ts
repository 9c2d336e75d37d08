import { describe, expect, test } from 'vitest'
import { PathTree, type PathTreeLimits } from './path-tree.ts'

function learned(paths: readonly string[], limits: Partial<PathTreeLimits> = {}) {
  const tree = new PathTree(limits)
  for (const path of paths) tree.add('shop.example', 'GET', path, 'staff')
  return { tree, templates: tree.templates().map(({ template, count }) => `${count} ${template}`) }
}

describe('templates', () => {
  test('of numbers, ids and words', () => {
    const id = '0d9c3c0e-6f0f-4f5f-9a35-5a3a5e3c8a52'
    const paths = ['/', '/orders', '/orders/', '/orders/7', '/orders/8/lines/9', `/customers/${id}`, '/orders/7']
    expect(learned(paths).templates).toEqual([
      '1 /',
      '1 /customers/{customer_id}',
      '1 /orders',
      '1 /orders/',
      '2 /orders/{order_id: int}',
      '1 /orders/{order_id: int}/lines/{line_id: int}',
    ])
  })

  test('are no numbers where something else was there', () => {
    expect(learned(['/orders/7', '/orders/x7k9q2', '/orders/9007199254740993']).templates).toEqual(['3 /orders/{order_id}'])
    expect(learned(['/orders/-0', '/orders/07']).templates).toEqual(['2 /orders/{order_id}'])
  })

  test('hold nothing that may let somebody in, however it is spelt', () => {
    for (const before of [
      'reset',
      'password-reset',
      'resetPassword',
      'tokens',
      'invite',
      'accept-invite',
      'join',
      'login',
      'email',
      'verify-email',
      'sessions',
      'api-keys',
      'unsubscribe',
      'magic-link',
      's',
    ]) {
      const paths = ['/hunter', '/hunter/done', '/7/hunter', '/7/8/x7k9q2/hunter', '//hunter', '/']
      expect(learned(paths.map((path) => `/${before}${path}`)).templates.join()).not.toMatch(/hunter|done/)
    }
    expect(learned(['/license/ABCD-EFGH-JKLM-NPQR', '/mail/ann-miller-12-05-99', '/calls/tel-49-30-12-34']).templates).toEqual([
      '1 /calls/{call_id}',
      '1 /license/{license_id}',
      '1 /mail/{mail_id}',
    ])
    expect(learned(['/reset/7/correcthorse', '/verify-email/qzjwkahb', '/reset/']).templates).toEqual([
      '1 /reset/',
      '1 /reset/{reset_id: int}/{id}',
      '1 /verify-email/{id}',
    ])
  })

  test('name nobody: behind people there are words again only when it is known whom it is about', () => {
    for (const before of ['users', 'active-users', 'people', 'by-name', 'getMembers', 'staff'])
      for (const path of ['/miller', '/find/miller', '/miller/orders', '/7/users/miller', '//find/miller'])
        expect(learned([`/${before}${path}`]).templates.join()).not.toContain('miller')
    expect(learned(['/users/7/orders/8', '/users/x7k9q2/orders', '/customers/']).templates).toEqual([
      '1 /customers/',
      '1 /users/{user_id}/orders',
      '1 /users/{user_id}/orders/{order_id: int}',
    ])
  })

  test('take words for values where there are too many of them', () => {
    const products = Array.from(
      { length: 30 },
      (_, at) => `/products/${'abcdefghij'[at % 10]}${'aeiou'[at % 5]}${'lmnrst'[at % 6]}a`,
    )
    expect(new Set(products).size).toBe(30)
    const { templates } = learned([...products, ...products.map((path) => `${path}/price`), '/products/', '/products/one/price'])
    expect(templates).toEqual(['1 /products/', '30 /products/{product_id}', '31 /products/{product_id}/price'])
  })

  test('end where they are deeper than anybody writes', () => {
    expect(learned(['/a/b/c/d/e', '/a/b/c/d/f/g'], { depth: 3 }).templates).toEqual(['2 /a/b/{rest...}'])
  })

  test('are made of no more of a path than anybody writes', () => {
    const { templates } = learned([`/${'a/'.repeat(5000)}`, `/${'x'.repeat(60_000)}/b`], { depth: 100 })
    expect(templates).toEqual([`1 /${'a/'.repeat(32)}{rest...}`, '1 /{id}/b'])
  })

  test('tell names apart', () => {
    expect(learned(['/7/8/9']).templates).toEqual(['1 /{id: int}/{id_2: int}/{id_3: int}'])
    expect(learned(['/companies/7/address/8']).templates).toEqual(['1 /companies/{company_id: int}/address/{address_id: int}'])
  })
})

describe('hosts and methods', () => {
  test.each([
    ['shop.example', 'shop.example'],
    ['localhost', 'localhost'],
    ['10.0.0.7', '10.0.0.7'],
    ['orders.shop.svc.cluster.local', 'orders.shop.svc.cluster.local'],
    ['x7k9q2aa.shop.example', '*.shop.example'],
    ['a.x7k9q2aa.example', undefined],
    ['x7k9q2aa', undefined],
  ])('%s is written as %s', (host, written) => {
    const tree = new PathTree()
    tree.add(host, 'GET', '/', 'anonymous')
    expect([tree.templates()[0]?.host, tree.beyond]).toEqual([written, written === undefined ? 1 : 0])
  })

  test('a method that nobody has is not written', () => {
    const tree = new PathTree()
    tree.add('shop.example', 'S3CR3T', '/', 'anonymous')
    expect([tree.templates(), tree.beyond]).toEqual([[], 1])
  })
})

describe('bounds', () => {
  const sumOf = (tree: PathTree) => tree.templates().reduce((sum, { count }) => sum + count, 0) + tree.beyond

  test('what there is no room for is counted, and what is there stays', () => {
    const { tree, templates } = learned(['/orders/7', '/lines', '/orders/8', '/a/b/c/d'], { capacity: 750 })
    expect([templates, tree.beyond]).toEqual([['1 /lines', '2 /orders/{order_id: int}'], 1])
    tree.add('another.example', 'GET', '/', 'staff')
    expect(tree.beyond).toBe(2)
  })

  test('each method has its price, and so has each caller', () => {
    const tree = new PathTree({ capacity: 1000 })
    const methods = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']
    for (const method of methods) tree.add('a-long-name-of-a-host.shop.example', method, '/', 'anonymous')
    expect(tree.templates().length).toBeLessThan(methods.length)
    expect(sumOf(tree)).toBe(methods.length)
  })

  test('in a full tree, words that become parameters make room, and none is uncounted', () => {
    const paths = Array.from({ length: 24 }, (_, at) => `/${'bcdfghklmnrt'[at % 12]}${'ao'[at >= 12 ? 1 : 0]}nto`)
    for (const capacity of [3000, 4000, 5000, 6000, 7000, 8000]) {
      const { tree } = learned(paths, { capacity })
      for (const path of [...paths, '/another', '/yet/another', '/yonder', ...paths])
        for (const method of ['GET', 'PUT']) tree.add('shop.example', method, path, 'staff')
      expect(sumOf(tree)).toBe(24 + 2 * 51)
    }
    const { tree } = learned([...paths, '/another', '/orders/7'], { capacity: 6000 })
    // What they took is free again.
    for (let at = 0; at < 10; at++) tree.add('shop.example', 'GET', `/orders/7/${paths[at]?.slice(1)}`, 'staff')
    expect([tree.beyond, tree.templates().length]).toEqual([0, 12])
  })

  test('words that are asked for often stay where others become parameters', () => {
    const scanned = Array.from({ length: 40 }, (_, at) => `/${'bcdfghklmn'[at % 10]}${'aeio'[Math.floor(at / 10)]}kup`)
    const known = Array.from({ length: 12 }, () => ['/orders', '/customers/7', '/customers/7/orders']).flat()
    expect(learned([...known, ...scanned, '/orders', '/stock']).templates).toEqual([
      '12 /customers/{customer_id: int}',
      '12 /customers/{customer_id: int}/orders',
      '13 /orders',
      '41 /{id}',
    ])
    // What another one knows as such is no less known.
    const { tree } = learned(scanned)
    tree.addTemplate({ host: 'shop.example', method: 'GET', template: '/stock', count: 12, callers: {} })
    expect(tree.templates().map(({ template }) => template)).toEqual(['/stock', '/{id}'])
  })

  test('hold against whoever asks for everything', () => {
    const tree = new PathTree({ hosts: 5, capacity: 20_000 })
    let seed = 1
    const random = (below: number) => {
      seed = (seed * 48_271) % 2_147_483_647
      return seed % below
    }
    const word = () => Array.from({ length: 4 }, (_, at) => (at % 2 === 0 ? 'bdglmnrst' : 'aeiou')[random(5)]).join('')
    for (let at = 0; at < 5000; at++) {
      const path = Array.from({ length: 1 + random(6) }, () => (random(4) === 0 ? String(random(99)) : word()))
      tree.add(`${word()}.example`, 'GET', `/${path.join('/')}`, word())
    }
    const templates = tree.templates()
    expect(JSON.stringify(templates).length).toBeLessThanOrEqual(20_000)
    expect(sumOf(tree)).toBe(5000)
    expect(Math.max(...templates.map(({ callers }) => Object.keys(callers).length))).toBeLessThanOrEqual(50)
    expect(templates.length).toBeGreaterThan(20)
  })

  test('a tree that is put into another is the same', () => {
    const paths = ['/', '/orders/7', '/orders/', '/files/x7k9q2aa/raw', '/files/one/raw', '/a/b/c/d']
    const { tree } = learned(paths, { depth: 3 })
    const again = new PathTree()
    for (const each of tree.templates()) again.addTemplate(each)
    expect(again.templates()).toEqual(tree.templates())
    expect(again.templates()[0]?.callers).toEqual({ staff: 1 })
  })
})
