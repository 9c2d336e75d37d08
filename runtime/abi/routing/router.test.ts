import { describe, expect, test } from 'vitest'
import { ABI_VERSION, type PolicyModule, type RouteProgram, type SegmentProgram } from '../module.ts'
import { between, firstLabel, rest, segmentInteger } from './parameters.ts'
import { createRouter, HostError } from './router.ts'

/** Nobody asks what is decided here. */
const none = () => {
  throw new Error('no decision')
}

/** `orders GET,HEAD shop.example /orders/{id:int}`; ANY for any method. */
function route(line: string): RouteProgram {
  const [name = '', methods = '', hosts = '', template = ''] = line.split(' ')
  const params: string[] = []
  const host = /\{(.*)\}/.exec(hosts)?.[1]
  if (host !== undefined) params.push(host)
  const segments = template
    .slice(1)
    .split('/')
    .map((text): SegmentProgram => {
      const match = /^(.*)\{(.*?)(:int|\.\.\.)?\}(.*)$/.exec(text)
      if (match === null) return { kind: 'literal', text }
      const [, prefix = '', param = '', kind, suffix = ''] = match
      params.push(param)
      return kind === '...' ? { kind: 'rest' } : { kind: 'param', type: kind === ':int' ? 'int' : 'string', prefix, suffix }
    })
  return {
    name,
    service: name.split('.')[0] ?? '',
    labels: [],
    methods: methods === 'ANY' ? null : methods.split(','),
    segments,
    params,
    hosts: hosts.split(','),
    headers: [],
    data: [],
    rpc: false,
    query: null,
    body: null,
    ownHeaders: [],
    early: null,
    decide: none,
    obligations: null,
    trace: none,
  }
}

function moduleOf(routes: readonly RouteProgram[]): PolicyModule {
  return { abi: ABI_VERSION, routes, identities: [], data: [], outcomes: [] }
}

function router(lines: readonly string[], hosts?: Record<string, readonly string[]>) {
  const module = moduleOf(lines.map(route))
  const found = createRouter(module, hosts)
  return (host: string, method: string, path: string) => {
    const segments = path.slice(1).split('/')
    const route = module.routes[found.match(host, method, segments)]
    return route === undefined ? null : [route.name, ...valuesOf(route, host, segments)]
  }
}

/** The values of its parameters, as emitted code reads them. */
function valuesOf(route: RouteProgram, host: string, segments: readonly string[]): readonly (string | number)[] {
  const values = route.segments.flatMap((segment, at): readonly (string | number)[] => {
    if (segment.kind === 'literal') return []
    if (segment.kind === 'rest') return [rest(segments, at)]
    const text = between(segments[at] as string, segment.prefix.length, segment.suffix.length)
    return [segment.type === 'int' ? segmentInteger(text) : text]
  })
  return route.params.length > values.length ? [firstLabel(host), ...values] : values
}

describe('paths', () => {
  const match = router([
    'a.root GET h /',
    'a.orders GET,HEAD h /orders',
    'a.slash GET h /orders/',
    'a.literal GET h /orders/new',
    'a.int GET h /orders/{id:int}',
    'a.pdf GET h /orders/{name}.pdf',
    'a.longer GET h /orders/x-{name}.pdf',
    'a.plain GET h /orders/{id}',
    'a.sub GET h /orders/{id}/items/{item:int}',
    'a.files GET h /files/{rest...}',
    'a.file GET h /files/{name}',
    'a.proto GET h /__proto__/constructor',
  ])
  test.each([
    ['/', ['a.root']],
    ['/orders', ['a.orders']],
    ['/orders/', ['a.slash']],
    ['/orders/new', ['a.literal']],
    ['/orders/7', ['a.int', 7]],
    ['/orders/-7', ['a.int', -7]],
    ['/orders/-0', ['a.plain', '-0']],
    ['/orders/07', ['a.plain', '07']],
    ['/orders/9007199254740991', ['a.int', 9007199254740991]],
    ['/orders/-9007199254740991', ['a.int', -9007199254740991]],
    ['/orders/0', ['a.int', 0]],
    ['/orders/00', ['a.plain', '00']],
    ['/orders/-', ['a.plain', '-']],
    ['/orders/1e3', ['a.plain', '1e3']],
    ['/orders/12345678901234567', ['a.plain', '12345678901234567']],
    ['/orders/9007199254740992', ['a.plain', '9007199254740992']],
    ['/orders/y.pdf', ['a.pdf', 'y']],
    ['/orders/.pdf', ['a.plain', '.pdf']],
    ['/orders/x-y.pdf', ['a.longer', 'y']],
    ['/orders/x-.pdf', ['a.pdf', 'x-']],
    ['/orders/a/items/3', ['a.sub', 'a', 3]],
    ['/orders/new/items/3', ['a.sub', 'new', 3]],
    ['/orders/a/items/x', null],
    ['/files/a', ['a.file', 'a']],
    ['/files/a/b', ['a.files', 'a/b']],
    ['/files/a/', ['a.files', 'a/']],
    ['/files/', ['a.files', '']],
    ['/files', null],
    ['/Orders', null],
    ['/__proto__/constructor', ['a.proto']],
    ['/constructor', null],
  ])('%s', (path, expected) => expect(match('h', 'GET', path)).toEqual(expected))
})

test('methods: one that is named beats any, and another method falls through to a less specific path', () => {
  const match = router(['a.get GET h /x', 'a.any ANY h /x', 'a.post POST h /{y}'])
  expect(match('h', 'GET', '/x')).toEqual(['a.get'])
  expect(match('h', 'POST', '/x')).toEqual(['a.any'])
  expect(router(['a.get GET h /x', 'a.post POST h /{y}'])('h', 'POST', '/x')).toEqual(['a.post', 'x'])
  expect(match('h', '__proto__', '/x')).toEqual(['a.any'])
})

test('hosts: a literal owns its requests, and a pattern stands for exactly one label', () => {
  const match = router(['a.one GET a.shop.test /x', 'b.two GET {tenant}.shop.test /x', 'b.three GET {tenant}.shop.test /{y}'])
  expect(match('a.shop.test', 'GET', '/x')).toEqual(['a.one'])
  expect(match('b.shop.test', 'GET', '/x')).toEqual(['b.two', 'b'])
  expect(match('b.shop.test', 'GET', '/z')).toEqual(['b.three', 'b', 'z'])
  expect(match('a.shop.test', 'GET', '/z')).toBeNull()
  for (const host of ['shop.test', '.shop.test', 'a.b.shop.test', 'ashop.test', 'b.shop.test.evil'])
    expect(match(host, 'GET', '/x')).toBeNull()
})

test('configured hosts replace those of the policy, by service', () => {
  const lines = ['a.x GET a.test /x', 'b.x GET {tenant}.b.test /x']
  const match = router(lines, { a: ['Other.test', '*.other.test'], b: ['*.c.test'] })
  expect(match('a.test', 'GET', '/x')).toBeNull()
  expect(match('other.test', 'GET', '/x')).toEqual(['a.x'])
  expect(match('q.other.test', 'GET', '/x')).toEqual(['a.x'])
  expect(match('q.c.test', 'GET', '/x')).toEqual(['b.x', 'q'])
  expect(() => router(lines, { b: ['b.test'] })).toThrow(HostError)
  expect(() => router(lines, { a: ['*.b.test'] })).toThrow(
    'match the same paths on this host: give their services different hosts',
  )
})
