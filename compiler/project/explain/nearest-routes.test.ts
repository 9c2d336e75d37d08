import { expect, it } from 'vitest'
import { checkProject, type Model } from '../../../language/index.ts'
import { nearestRoutes } from './nearest-routes.ts'

const POLICY = `service orders at "orders.shop.test" {
  route list   GET  "/orders"
  route read   GET  "/orders/{id: int}"
  route change PUT, DELETE "/orders/{id: int}"
  route lines  GET  "/orders/{id: int}/lines"
}
service files at "*.files.test" {
  route any     GET  "/files/{path...}"
  route reports POST "/reports/{name}.pdf"
}
service wide at "wide.files.test" { route all ANY "/{rest...}" }
`

const model = checkProject({ read: (name) => (name === 'p.iap' ? POLICY : null) }, ['p.iap']).result as Model

const nearest = (request: string) => {
  const [method = '', url = ''] = request.split(' ')
  const found = nearestRoutes({ model, seen: (span) => span }, { method, url: `https://${url}` })
  return found && [found.differs, ...found.routes.map(({ route }) => route)]
}

it.each([
  // The method.
  ['POST orders.shop.test/orders/7', ['method', 'orders.change', 'orders.read']],
  ['DELETE orders.shop.test/orders', ['method', 'orders.list']],
  ['PUT a.files.test/files/x/y', ['method', 'files.any']],
  // The path: what is no value of a parameter, a misspelled segment, one too many, one too few.
  ['GET orders.shop.test/orders/latest', ['path', 'orders.read', 'orders.change', 'orders.list']],
  ['GET orders.shop.test/order/7', ['path', 'orders.read', 'orders.change', 'orders.lines']],
  ['DELETE orders.shop.test/orders/latest', ['path', 'orders.change', 'orders.read', 'orders.list']],
  ['GET orders.shop.test/orders/7/line', ['path', 'orders.lines', 'orders.read', 'orders.change']],
  ['GET orders.shop.test/orders/7/lines/1', ['path', 'orders.lines', 'orders.read', 'orders.change']],
  ['POST a.files.test/reports/june', ['path', 'files.reports']],
  ['GET a.files.test/files', ['path', 'files.any']],
  ['GET orders.shop.test/zzz/7', ['path']],
  ['GET orders.shop.test/', ['path']],
  // The host: a misspelled one before others.
  ['GET order.shop.test/orders', ['host', 'orders.list', 'orders.read', 'orders.change']],
  ['GET wide.files.example/orders', ['host', 'wide.all', 'orders.list', 'orders.read']],
  // `*` stands for one label.
  ['GET a.b.files.test/reports/june.pdf', ['host', 'wide.all', 'files.reports']],
])('%s', (request, expected) => {
  expect(nearest(request)).toEqual(expected)
})

it('says what a route takes, and where it stands', () => {
  expect(nearestRoutes({ model, seen: (span) => span }, { method: 'POST', url: 'https://orders.shop.test/orders' })).toEqual({
    differs: 'method',
    routes: [
      {
        ...{ route: 'orders.list', methods: ['GET', 'HEAD'], hosts: ['orders.shop.test'], path: '/orders' },
        place: { file: 'p.iap', start: { line: 2, column: 21, offset: 59 }, end: { line: 2, column: 30, offset: 68 } },
      },
    ],
  })
})

it('has none for what has no canonical form', () => {
  expect(nearest('GET orders.shop.test/%zz')).toBeNull()
})
