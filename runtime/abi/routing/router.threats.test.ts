import { describe, expect, it } from 'vitest'
import { stepsOf } from '../../../tests/support/steps.ts'
import { ABI_VERSION, createRouter, type PolicyModule, type RouteProgram, type SegmentProgram } from '../index.ts'

const literal = (text: string): SegmentProgram => ({ kind: 'literal', text })
const plain: SegmentProgram = { kind: 'param', type: 'string', prefix: '', suffix: '' }

function route(segments: readonly SegmentProgram[], changes: Partial<RouteProgram> = {}): RouteProgram {
  const params = segments.flatMap(({ kind }, at) => (kind === 'literal' ? [] : [`p${at}`]))
  // Nobody asks what is decided here.
  const none = () => {
    throw new Error('no decision')
  }
  return {
    name: 's.r',
    service: 's',
    labels: [],
    methods: null,
    segments,
    params,
    hosts: ['a.test'],
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
    ...changes,
  }
}

function router(...routes: readonly RouteProgram[]) {
  return createRouter(moduleOf(routes))
}

function moduleOf(routes: readonly RouteProgram[]): PolicyModule {
  return { abi: ABI_VERSION, routes, identities: [], data: [], outcomes: [] }
}

const inherited = ['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'valueOf', '']

describe('names that every object has', () => {
  it.each(inherited)('%j as host, method or segment matches nothing that was not written', (name) => {
    const { match } = router(route([literal('x')], { methods: ['GET'] }))
    expect(match(name, 'GET', ['x'])).toBe(-1)
    expect(match('a.test', name, ['x'])).toBe(-1)
    expect(match('a.test', 'GET', [name])).toBe(-1)
    expect(match(`${name}.a.test`, 'GET', ['x'])).toBe(-1)
  })

  it.each(inherited)('%j as what is written matches that', (name) => {
    const { match } = router(route([literal(name), literal('x')], { service: '__proto__' }))
    expect(match('a.test', 'GET', [name, 'x'])).toBe(0)
    expect(match('a.test', 'GET', ['y', 'x'])).toBe(-1)
  })

  it('hosts of the configuration are its own', () => {
    const module = moduleOf([route([literal('x')], { service: 'constructor' })])
    expect(createRouter(module, {}).match('a.test', 'GET', ['x'])).toBe(0)
    expect(createRouter(module, JSON.parse('{"constructor":["b.test"]}')).match('a.test', 'GET', ['x'])).toBe(-1)
  })
})

describe('work', () => {
  it('for a path does not grow with its length, whatever it nearly matches', () => {
    // Each level can be taken in three ways, and nothing matches at the end.
    const ways: readonly SegmentProgram[] = [literal('a'), { kind: 'param', type: 'string', prefix: 'a', suffix: '' }, plain]
    let templates: SegmentProgram[][] = [[]]
    for (let level = 0; level < 6; level++) templates = templates.flatMap((before) => ways.map((way) => [...before, way]))
    const { match } = router(
      ...templates.map((segments) => route([...segments, literal('end')])),
      route([literal('files'), { kind: 'rest' }]),
    )
    const steps = (length: number) => {
      const path = Array.from({ length }, () => 'a')
      return stepsOf(() => {
        expect(match('a.test', 'GET', path)).toBe(-1)
        expect(match('a.test', 'GET', ['files', ...path])).toBe(templates.length)
      })
    }
    expect(steps(4_000)).toBe(steps(100))
  })

  it('does not grow with the number of routes', () => {
    const steps = (count: number) => {
      const { match } = router(...Array.from({ length: count }, (_, at) => route([literal(`r${at}`), plain])))
      return stepsOf(() => {
        for (let at = 0; at < 1_000; at++) expect(match('a.test', 'GET', [`r${at}`, 'x'])).toBe(at)
      })
    }
    expect(steps(6_000)).toBeLessThan(2 * steps(1_000))
  })
})

it('a host in a pattern is one label, in one place', () => {
  const { match } = router(route([literal('x')], { hosts: ['*.corp.test'] }))
  expect(match('a.corp.test', 'GET', ['x'])).toBe(0)
  for (const host of [
    'corp.test',
    '.corp.test',
    'a.b.corp.test',
    'xcorp.test',
    'a.corp.test.evil',
    'a.corp.test.',
    'a/b.corp.test.x',
  ])
    expect(match(host, 'GET', ['x'])).toBe(-1)
})
