// The catalogue: products, their pictures and prices.
import { serve } from './server.js'

const products = new Map([
  ['teapot', { sku: 'teapot', name: 'Teapot', price: 4990 }],
  ['cup', { sku: 'cup', name: 'Cup', price: 900 }],
])

serve('catalog', (request, caller) => {
  const path = request.url.split('?')[0]
  const told = { service: 'catalog', verified: true, caller: caller.sub ?? null }
  if (path === '/products') return [200, { ...told, products: [...products.values()] }]
  const picture = /^\/images\/(.+)\.png$/.exec(path)
  if (picture !== null) return [200, { ...told, picture: `of a ${picture[1]}` }]
  const [, sku, price] = /^\/products\/([^/]+)(\/price)?$/.exec(path) ?? []
  const product = products.get(sku)
  if (product === undefined) return [404, { ...told, error: 'no such product' }]
  return price === undefined ? [200, { ...told, product }] : [200, { ...told, priced: product.sku }]
})
