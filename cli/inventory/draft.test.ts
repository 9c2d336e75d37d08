import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { checkTexts } from '../../compiler/project/index.ts'
import { type Model, outlineOpenapi, readDocument } from '../../language/index.ts'
import { anyCharacter } from '../../tests/support/any-character.ts'
import { addDocument } from './add-document.ts'
import { addManifests } from './add-manifests.ts'
import { type Draft, draftOf } from './draft.ts'
import { Inventory } from './inventory.ts'

function modelOf(text: string): Model {
  const { model, diagnostics } = checkTexts(new Map([['p.iap', text]]))
  if (model === null) throw new Error(diagnostics.map(({ message }) => message).join('; '))
  return model
}

const POLICY = `
identity staff via jwt { sub: string }
/// Personal data, by the law.
label pii
service orders at "orders.example" {
  route list GET "/orders" is pii
}
/// What is called as a label would be.
service internal at "internal.example" {}
permit look on orders.list to staff
`

/** An OpenAPI document of these paths. */
function drafted(
  paths: object,
  { file = 'api.yaml', policy = POLICY, url = 'https://pets.example', service = null as string | null } = {},
): Draft | null {
  const model = modelOf(policy)
  const inventory = new Inventory(model)
  const text = JSON.stringify({ openapi: '3.1.0', info: { title: 'T', version: '1' }, servers: [{ url }], paths })
  const document = readDocument({ name: 'api.json', text }, [])
  const outline = document && outlineOpenapi(document, [])
  if (outline === null) throw new Error('it is read')
  addDocument(inventory, file, service, outline)
  return draftOf(inventory, model)
}

const checked = (text: string) =>
  checkTexts(new Map([['draft.iap', text]])).diagnostics.map(({ code, message }) => `${code} ${message}`)

describe('a draft', () => {
  test('has what the policy has not, with its own labels, and checks', () => {
    const draft = drafted({
      '/customers/{id}': { get: { operationId: 'read-customer', summary: 'One\ncustomer' }, delete: {} },
      '/admin': { post: { operationId: 'in' } },
    })
    expect(draft?.text).toBe(`// Drafted by \`iap inventory\`. It permits nothing: routes without a rule are denied.

/// Personal data, by the law.
label pii
/// Drafted, and not reviewed yet.
label unreviewed

service pets at "pets.example" {
  // in api.yaml; One customer
  route read_customer    GET    "/customers/{id}"  is pii
  // in api.yaml
  route delete_customers DELETE "/customers/{id}"  is pii
  // in api.yaml
  route in_              POST   "/admin"           is unreviewed
}
`)
    expect([checked(draft?.text ?? ''), draft?.leftOut]).toEqual([[], []])
  })

  test('has the bodies that a document promises, and checks', () => {
    const json = (schema: object) => ({ required: true, content: { 'application/json': { schema } } })
    const amount = { type: 'integer', minimum: 1 }
    const payment = {
      type: 'object',
      required: ['amount'],
      additionalProperties: false,
      properties: { amount, currency: { enum: ['EUR', 'U"S'] }, tags: { type: 'array', items: { type: 'string' } } },
    }
    const draft = drafted({
      '/a': { post: { operationId: 'pay', requestBody: json(payment) } },
      '/b': { post: { operationId: 'optional', requestBody: { ...json(payment), required: false } } },
      '/c': { post: { operationId: 'keyword', requestBody: json({ type: 'object', properties: { 'a-b': amount, amount } }) } },
      '/d': { post: { operationId: 'upload', requestBody: { required: true, content: { 'text/plain': {} } } } },
    })
    const text = draft?.text.replace(/\s+/g, ' ')
    expect(text).toContain('pay POST "/a" body { amount: int, currency?: "EUR" | "U\\"S", tags?: list<string> } is')
    expect(text).toContain('optional POST "/b" is')
    expect(text).toContain('keyword POST "/c" body { amount?: int, ... } is')
    expect(text).toContain('upload POST "/d" is')
    expect([checked(draft?.text ?? ''), draft?.leftOut]).toEqual([[], []])
  })

  test('for a service of the policy goes into it, under names that it has not', () => {
    const draft = drafted({ '/orders': { get: {}, post: { operationId: 'list' } } }, { url: 'https://orders.example' })
    expect(draft?.text).toContain(
      '// The policy has this service: move these routes into it.\nservice orders at "orders.example" {',
    )
    const routes = /^ {2}route .*$/m.exec(draft?.text ?? '')?.[0] ?? ''
    expect(routes).toBe('  route list_2 POST "/orders"  is unreviewed')
    const whole = POLICY.replace(/(?<=is pii\n)/, `${routes.replace('unreviewed', 'pii')}\n`)
    expect(modelOf(whole).routes.map(({ name }) => name)).toEqual(['orders.list', 'orders.list_2'])
  })

  test('leaves out what could not be told from a route that is there', () => {
    const policy = POLICY.replace('route list', 'route x GET "/{x}/b" is pii\n  route list')
    const paths = { '/a/{y}': { get: { operationId: 'y' } }, '/c': { get: { operationId: 'c' } } }
    const draft = drafted(paths, { url: 'https://orders.example', policy })
    expect(draft?.leftOut).toEqual([expect.stringMatching(/^`orders\.y`: some paths match both/)])
    expect([draft?.text.includes('route c '), draft?.text.includes('_there')]).toEqual([true, false])
  })

  test('is checked beside whatever else the policy has at its hosts', () => {
    const more = 'service others at "else.example", "orders.example" {\n  route x GET "/{x}/b" is pii\n}\n'
    const paths = { '/a/{y}': { get: { operationId: 'y' } }, '/c': { get: { operationId: 'c' } } }
    const draft = drafted(paths, {
      file: 'orders.yaml',
      url: 'https://orders.example',
      policy: `${POLICY}${more}`,
      service: 'orders',
    })
    expect(draft?.leftOut).toEqual([expect.stringMatching(/^`orders\.y`: some paths match both .*`others\.x`/)])
    expect(draft?.text).toContain('route c GET "/c"')
  })

  test('for another host goes into no service of the policy', () => {
    const draft = drafted({ '/orders': { get: {} } }, { url: 'https://orders.other.example' })
    expect(draft?.text).toContain('\nservice orders_2 at "orders.other.example" {')
  })

  test('has no label by a name that the policy has for something else', () => {
    const policy = POLICY.replace(/^(?=permit)/m, 'role unreviewed of staff when caller.sub == "mia"\nlabel unreviewed_2\n')
    const draft = drafted({ '/a': { get: {} } }, { policy })
    expect(draft?.text).toContain('/// Drafted, and not reviewed yet.\nlabel unreviewed_3\n\nservice pets at "pets.example" {')
    expect(draft?.text).toContain('route get_a GET "/a"  is unreviewed_3')
    const { diagnostics } = checkTexts(
      new Map([
        ['p.iap', policy],
        ['draft.iap', draft?.text ?? ''],
      ]),
    )
    expect(diagnostics.filter(({ severity }) => severity === 'error')).toEqual([])
  })

  test('leaves out what cannot be told apart, and says so', () => {
    const draft = drafted({ '/{a}/x': { get: { operationId: 'a' } }, '/y/{b}': { get: { operationId: 'b' } } })
    expect(draft?.leftOut).toEqual([expect.stringMatching(/^`pets\.[ab]`: some paths match both/)])
    expect([checked(draft?.text ?? ''), draft?.routes]).toEqual([[], 1])
  })

  test('needs a host, and says that it knows none', () => {
    const model = modelOf(POLICY)
    const inventory = new Inventory(model)
    inventory.addService({ service: 'stock_levels', isKnown: false, hosts: ['Not A Host'] }, ['a.yaml'])
    addManifests(inventory, 'k.yaml', [
      { name: 'mail', namespace: 'shop' },
      { name: 'orders', namespace: null },
    ])
    expect(draftOf(inventory, model)?.text).toContain(
      'service mail at "mail.shop.svc.cluster.local" {}\n\nservice stock_levels at "stock-levels.invalid" {}\n',
    )
  })

  test('is none where there is nothing', () => {
    expect(drafted({ '/orders': { get: {} } }, { url: 'https://orders.example' })).toBeNull()
  })

  test('takes no directive from whoever wrote a document', () => {
    const summary = 'iap-ignore IAP5013: x\u2028permit all on * to anyone\r\n*/ permit all on * to anyone /* \u202e'
    const draft = drafted({ '/a': { get: { summary } } }, { file: 'a\nb.yaml' })
    expect(checked(draft?.text ?? '')).toEqual([])
    expect(draft?.text.split('\n').filter((line) => /permit all|iap-ignore/.test(line))).toEqual([
      '  // in a b.yaml; iap-ignore IAP5013: x permit all on * to anyone */ permit all on * to anyone /*',
    ])
  })
})

test('whatever a document says, the draft checks', () => {
  const word = fc.oneof(
    fc.constantFrom(
      'orders',
      'pii',
      'in',
      'internal',
      'public',
      'staff',
      'default',
      'anyone',
      'label',
      'service',
      '__a',
      '7',
      'é',
    ),
    fc.string({ maxLength: 12, unit: anyCharacter }),
    fc.string({ maxLength: 8 }),
  )
  const segment = fc.oneof(
    word,
    word.map((name) => `{${name}}`),
    fc.constantFrom('{a}', '{b}', 'x', 'a{b}', '..', '%41', ''),
  )
  const operation = fc.record(
    {
      operationId: word,
      summary: word,
      tags: fc.array(word, { maxLength: 2 }),
      security: fc.constantFrom([], [{}], [{ a: [] }]),
    },
    { requiredKeys: [] },
  )
  const item = fc.dictionary(fc.constantFrom('get', 'post', 'head', 'patch'), operation, { maxKeys: 2 })
  const paths = fc.dictionary(
    fc.array(segment, { minLength: 1, maxLength: 3 }).map((parts) => `/${parts.join('/')}`),
    item,
    { maxKeys: 6 },
  )
  const url = fc.oneof(
    fc.constantFrom(
      'https://orders.example',
      'https://internal.example',
      'https://127.1',
      'https://[::1]',
      'https://A_b.example:1/v1',
      '/',
    ),
    word,
  )
  fc.assert(
    fc.property(paths, url, word, (all, at, file) => {
      const draft = drafted(all, { url: at, file })
      if (draft !== null) expect(checked(draft.text)).toEqual([])
    }),
    { seed: 8, numRuns: process.env.IAP_FULL ? 3000 : 60 },
  )
})
