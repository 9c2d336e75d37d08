import fc from 'fast-check'
import { expect, test } from 'vitest'
import { isWithin, parseTemplate, type Segment } from '../../language/index.ts'
import { isAlike, matchesPath } from './policy-map.ts'
import { TemplateIndex } from './template-index.ts'

const segments = (template: string): readonly Segment[] => {
  const parsed = parseTemplate(template)
  if (!parsed.ok) throw new Error(parsed.why)
  return parsed.segments
}
const literals = (path: string) =>
  path
    .split('/')
    .slice(1)
    .map((text) => ({ kind: 'literal', text }) as const)

test('of many templates few are looked at', () => {
  const index = new TemplateIndex<string>()
  for (let at = 0; at < 1000; at++) {
    for (const template of [`/api/r${at}`, `/api/r${at}/{id}`, `/api/r${at}/{rest...}`]) index.add(segments(template), template)
  }
  index.add(segments('/{any...}'), '/{any...}')
  expect(index.candidates(literals('/api/r7/x'))).toEqual(['/{any...}', '/api/r7/{rest...}', '/api/r7/{id}'])
  expect(index.candidates(segments('/api/r7/{rest...}'))).toEqual(['/{any...}', '/api/r7/{rest...}'])
  expect(index.candidates(literals('/other/r7'))).toEqual(['/{any...}'])
})

test('all that hold a path or a template are among them', () => {
  const part = fc.constantFrom('a', 'b', '{}', '{: int}', 'x{}', '7')
  const template = fc.tuple(fc.array(part, { maxLength: 3 }), fc.constantFrom('', '/', '/{rest...}')).map(([parts, end]) => {
    const named = parts.map((text, at) => text.replace('{', `{p${at}`))
    return `/${named.join('/')}${named.length === 0 ? end.slice(1) : end}`
  })
  const path = fc
    .array(fc.constantFrom('a', 'b', '7', 'x7', ''), { minLength: 1, maxLength: 4 })
    .map((parts) => `/${parts.join('/')}`)
  fc.assert(
    fc.property(fc.array(template, { maxLength: 12 }), template, path, (all, one, asked) => {
      const index = new TemplateIndex<string>()
      for (const each of all) index.add(segments(each), each)
      const held = (fits: (of: readonly Segment[]) => boolean) => all.filter((each) => fits(segments(each)))
      const parsed = segments(one)
      expect(index.candidates(parsed)).toEqual(
        expect.arrayContaining(held((other) => isWithin(parsed, other) || isAlike(parsed, other))),
      )
      expect(index.candidates(literals(asked))).toEqual(
        expect.arrayContaining(held((other) => matchesPath(other, asked.split('/').slice(1)))),
      )
    }),
    { seed: 8, numRuns: 300 },
  )
})
