/** Services and routes that the checker does not find ambiguous, and that overlap as much as they may. */
import type { Random } from './random.ts'
import type { WorldRoute } from './world.ts'

export interface GeneratedService {
  readonly text: string
  readonly routes: readonly WorldRoute[]
}

/** Templates below one literal segment of which any two are disjoint or nested, with their parameters. */
const FAMILIES: readonly (readonly string[])[] = [
  ['', '/', '/new', '/{id: int}', '/{id}', '/{id}/x', '/{id}/{sub}', '/{rest...}'],
  ['', '/{n: int}', '/{n: int}/{m: int}', '/{a}/{b}', '/{a}/{rest...}', '/{rest...}'],
  ['', '/', '/{name}.pdf', '/draft-{name}.pdf', '/{name}', '/{name}/', '/{name}/{sub}'],
  ['/v{n: int}', '/v{name}', '/{name}', '/{name}/{m: int}', '/{a}/{b}', '/{a}/{b}/{rest...}'],
  ['/a+b', '/~z', '/\u00e9', '/{id: int}', '/{id}', '/{id}/', '/{rest...}'],
]

const HOSTS: readonly (readonly string[])[] = [
  ['api.example'],
  ['shop.example', 'www.shop.example'],
  ['*.wild.example'],
  ['{tenant}.app.example'],
  ['one.app.example'],
  ['both.example', '*.both.example'],
]

export function generateServices(random: Random, labels: readonly string[]): GeneratedService[] {
  const hosts = random.sample(HOSTS, random.int(1, 3))
  return hosts.map((names, at) => generateService(random, ['api', 'shop', 'orders'][at] as string, names, labels))
}

function generateService(random: Random, name: string, hosts: readonly string[], labels: readonly string[]): GeneratedService {
  const own = random.some(labels, 0.15)
  const lines: string[] = []
  const routes: WorldRoute[] = []
  const hostParam = hosts[0]?.startsWith('{') ? ['tenant'] : []
  const families = random.sample(FAMILIES, random.int(1, 2))
  const atRoot = families.length === 1 && random.chance(0.2)
  for (const [at, family] of families.entries()) {
    const base = atRoot ? '' : `/${['a', 'b'][at]}`
    const templates = new Set(random.sample(family, random.int(2, 5)).map((template) => base + template || '/'))
    for (const template of templates) {
      for (const methods of methodsOf(random)) {
        const route = `r${routes.length}`
        const is = random.some(labels, 0.35).filter((label) => !own.includes(label))
        lines.push(`  route ${route} ${methods} ${JSON.stringify(template)}${is.length > 0 ? ` is ${is.join(', ')}` : ''}`)
        const params = new Map<string, 'int' | 'string'>(hostParam.map((param) => [param, 'string']))
        for (const [, param = '', type] of template.matchAll(/\{(\w+)(: int|\.\.\.)?\}/g))
          params.set(param, type === ': int' ? 'int' : 'string')
        routes.push({ service: name, name: route, labels: [...own, ...is], params })
      }
    }
  }
  const is = own.length > 0 ? ` is ${own.join(', ')}` : ''
  return {
    text: `service ${name} at ${hosts.map((host) => JSON.stringify(host)).join(', ')}${is} {\n${lines.join('\n')}\n}`,
    routes,
  }
}

/** Of one template: one route, or two that do not take a method from each other. */
function methodsOf(random: Random): readonly string[] {
  return random.pick([
    ['GET'],
    ['GET'],
    ['GET, POST'],
    ['ANY'],
    ['GET', 'ANY'],
    ['GET', 'POST, "M-SEARCH"'],
    ['POST', 'ANY'],
    ['HEAD'],
  ])
}
