import { describe, expect, it } from 'vitest'
import type { Segment } from '../model.ts'
import { isWithin, matchesText, overlaps, parseTemplate } from './template.ts'

function segments(text: string) {
  const result = parseTemplate(text)
  if (!result.ok) throw new Error(`${text}: ${result.why}`)
  return result.segments
}

describe('parseTemplate', () => {
  it('reads each kind of segment', () => {
    expect(segments('/files/{id: int}/v{n}.pdf/{rest...}')).toEqual([
      { kind: 'literal', text: 'files' },
      { kind: 'param', name: 'id', type: 'int', prefix: '', suffix: '' },
      { kind: 'param', name: 'n', type: 'string', prefix: 'v', suffix: '.pdf' },
      { kind: 'rest', name: 'rest' },
    ])
  })

  it('has an empty last segment for a slash at the end', () => {
    expect(segments('/')).toEqual([{ kind: 'literal', text: '' }])
    expect(segments('/a/')).toEqual([
      { kind: 'literal', text: 'a' },
      { kind: 'literal', text: '' },
    ])
  })

  it.each([
    ['a', 'begin'],
    ['', 'begin'],
    ['/a//b', 'empty'],
    ['/{rest...}/b', 'last'],
    ['/{a}/{a}', 'twice'],
    ['/{a}{b}', 'one parameter'],
    ['/{a', 'not closed'],
    ['/a}', 'no `{`'],
    ['/{}', 'parameter name'],
    ['/{__proto__}', 'reserved'],
    ['/{a: double}', 'not a type'],
    ['/{a: int: int}', 'two types'],
    ['/x{rest...}', 'whole segment'],
    ['/{rest...: int}', 'parameter name'],
    ['/..', 'refused in every request'],
    ['/.', 'refused in every request'],
    ['/a/．．', 'refused in every request'],
    ['/a/․/b', 'refused in every request'],
    ['/..／x', 'refused in every request'],
    ['/\u00a0..', 'refused in every request'],
    ['/a\u0085', 'no path can have'],
    ['/a%2fb', 'decoded'],
    ['/a;b', 'no path'],
    ['/a b', 'only a parameter'],
    ['/a\\b', 'no path'],
    ['/a?b', 'without `?`'],
    ['/\ud800', 'well-formed'],
  ])('refuses %s', (text, why) => {
    const result = parseTemplate(text)
    expect(result.ok ? 'accepted' : result.why).toContain(why)
  })
})

describe('matchesText', () => {
  it.each([
    ['/{id}', '', false],
    ['/{id}', 'x', true],
    ['/{id: int}', '0', true],
    ['/{id: int}', '-7', true],
    ['/{id: int}', '-0', false],
    ['/{id: int}', '007', false],
    ['/{id: int}', '9007199254740991', true],
    ['/{id: int}', '9007199254740992', false],
    ['/{n}.pdf', '.pdf', false],
    ['/{n}.pdf', 'a.pdf', true],
    ['/a{n}a', 'aa', false],
    ['/a{n}a', 'a', false],
    ['/a{n}a', 'aaa', true],
  ])('%s and the segment %j: %s', (template, text, matches) => {
    const [segment] = segments(template)
    expect(segment !== undefined && matchesText(segment, text)).toBe(matches)
  })
})

describe('how two templates lie to each other', () => {
  it.each([
    // a, b, overlap, a within b, b within a
    ['/a', '/a', true, true, true],
    ['/a', '/b', false, false, false],
    ['/a', '/a/', false, false, false],
    ['/a/{x}', '/a/b', true, false, true],
    ['/a/{x}', '/a/', false, false, false],
    ['/a/{x: int}', '/a/{y}', true, true, false],
    ['/a/{x: int}', '/a/{y: int}', true, true, true],
    ['/a/{x: int}', '/a/7', true, false, true],
    ['/a/{x: int}', '/a/07', false, false, false],
    ['/a/{x: int}', '/a/{y}.pdf', false, false, false],
    ['/a/{x: int}', '/a/1{y}', true, false, false],
    ['/v{x: int}', '/v{y}.json', false, false, false],
    ['/{x: int}', '/0{y}', false, false, false],
    ['/{x: int}ab', '/1a{y}', true, false, false],
    ['/-{x: int}', '/{y: int}', true, false, false],
    ['/{x}.pdf', '/{x}', true, true, false],
    ['/{x}.pdf', '/{x}.txt', false, false, false],
    ['/a{x}', '/{x}b', true, false, false],
    ['/a{x}b', '/a{x}', true, true, false],
    ['/{x}/b', '/a/{y}', true, false, false],
    ['/a/{r...}', '/a', false, false, false],
    ['/a/{r...}', '/a/', true, false, true],
    ['/a/{r...}', '/a/b/c', true, false, true],
    ['/a/{r...}', '/a/{x}/{s...}', true, false, true],
    ['/{r...}', '/a/{s...}', true, false, true],
    ['/a/{r...}', '/b/{s...}', false, false, false],
    ['/{x}/c/{r...}', '/a/{s...}', true, false, false],
    ['/{r...}', '/', true, false, true],
  ])('%s and %s', (a, b, meet, inside, outside) => {
    const [first, second] = [segments(a), segments(b)]
    expect({ meet: overlaps(first, second), inside: isWithin(first, second), outside: isWithin(second, first) }).toEqual({
      meet,
      inside,
      outside,
    })
    expect(overlaps(second, first)).toBe(meet)
  })
})

describe('against every short path', () => {
  it('two segments', () => {
    const texts = words(['a', '0', '1', '-'], 6)
    const affixes = ['', 'a', '0', '1', '-', '1a']
    const params = affixes.flatMap((before) =>
      affixes.flatMap((after) => [`/${before}{x}${after}`, `/${before}{x: int}${after}`]),
    )
    const all = [...params, '/a', '/10', '/-1', '/'].map((template) => {
      const [segment] = segments(template)
      if (segment === undefined) throw new Error('a template has a segment')
      return { template, segment, matches: texts.map((text) => matchesText(segment, text)) }
    })
    const wrong: string[] = []
    for (const a of all)
      for (const b of all) {
        const meet = a.matches.some((matches, at) => matches && b.matches[at])
        const inside = a.matches.every((matches, at) => !matches || b.matches[at])
        if (overlaps([a.segment], [b.segment]) !== meet) wrong.push(`${a.template} meets ${b.template}: ${meet}`)
        if (isWithin([a.segment], [b.segment]) !== inside) wrong.push(`${a.template} within ${b.template}: ${inside}`)
      }
    expect(wrong).toEqual([])
  })

  it('two templates', () => {
    const parts = ['', 'a', '1', '{x}', '{x: int}', '{x}a', '{x...}']
    const templates = words(parts, 3, '/')
      .map((text) => `/${text}`)
      .flatMap((text) => {
        let at = 0
        const result = parseTemplate(text.replaceAll('{x', () => `{x${at++}`))
        return result.ok ? [{ text, segments: result.segments }] : []
      })
    const paths = words(['', 'a', '0', '1', 'ba'], 4, '/')
      .map((text) => text.split('/'))
      .filter((path) => !path.slice(0, -1).includes(''))
    const matched = templates.map((template) => new Set(paths.filter((path) => matchesPath(template.segments, path))))
    const wrong: string[] = []
    for (const [i, a] of templates.entries())
      for (const [j, b] of templates.entries()) {
        const [inA, inB] = [matched[i] ?? new Set(), matched[j] ?? new Set()]
        const shared = [...inA].filter((path) => inB.has(path)).length
        if (overlaps(a.segments, b.segments) !== shared > 0) wrong.push(`${a.text} meets ${b.text}`)
        if (isWithin(a.segments, b.segments) !== (shared === inA.size)) wrong.push(`${a.text} within ${b.text}`)
      }
    expect(templates.length).toBeGreaterThan(100)
    expect(wrong).toEqual([])
  })
})

/** All rows of up to so many parts. */
function words(parts: readonly string[], most: number, between = ''): string[] {
  let row: string[][] = [[]]
  const all: string[] = between === '' ? [''] : []
  for (let length = 1; length <= most; length += 1) {
    row = row.flatMap((before) => parts.map((part) => [...before, part]))
    all.push(...row.map((each) => each.join(between)))
  }
  return all
}

/** Written once more, by the words of the reference. */
function matchesPath(template: readonly Segment[], path: readonly string[]): boolean {
  const [segment, ...others] = template
  if (segment === undefined) return path.length === 0
  const [text, ...rest] = path
  if (text === undefined) return false
  return segment.kind === 'rest' || (matchesText(segment, text) && matchesPath(others, rest))
}
