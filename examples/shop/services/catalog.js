// The catalogue: products, their pictures and prices.
import { serve } from './server.js'

const products = new Map([
  ['teapot', { sku: 'teapot', name: 'Teapot', price: 4990 }],
  ['cup', { sku: 'cup', name: 'Cup', price: 900 }],
])

serve('catalog', (path) => {
  if (path === '/products') return [200, { products: [...products.values()] }]
  const picture = /^\/images\/(.+)\.png$/.exec(path)
  if (picture !== null) return [200, { picture: `of a ${picture[1]}` }]
  const [, sku, price] = /^\/products\/([^/]+)(\/price)?$/.exec(path) ?? []
  const product = products.get(sku)
  if (product === undefined) return [404, { error: 'no such product' }]
  return [200, price === undefined ? { product } : { priced: sku }]
})
