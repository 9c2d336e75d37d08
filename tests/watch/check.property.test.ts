/**
 * A check that takes results from the one before finds what a check from nothing finds: the same mistakes, the same model as far as it could be checked,
 * and in it no object of an earlier check.
 */
import { expect, test } from 'vitest'
import { generatePolicy } from '../../bench/check/generate-policy.ts'
import { type Random, randomFrom } from '../../bench/random.ts'
import { type CheckedProject, checkProject, ProjectMemo, renderDiagnostic, showType } from '../../language/index.ts'
import { isExpression, visit } from '../../language/syntax/children.ts'
import { editAtRandom, type Texts } from './edits.ts'

const full = process.env.IAP_FULL === '1'
const [seeds, steps] = full ? [40, 250] : [2, 15]

function checked(texts: Texts, memo?: ProjectMemo): CheckedProject {
  return checkProject({ read: (name) => texts.get(name) ?? null }, [...texts.keys()], memo)
}

/** What people leave half done, besides the edits of `watch.property.test.ts`. */
function breakAtRandom(texts: Texts, random: Random): string {
  const file = random.pick([...texts.keys()])
  const text = texts.get(file) as string
  const at = random.int(text.length + 1)
  const lines = text.split('\n')
  const line = random.int(lines.length)
  const breaks: readonly (readonly [string, () => string])[] = [
    ['erased', () => text.slice(0, at) + text.slice(at + 1 + random.int(8))],
    ['a sign', () => text.slice(0, at) + random.pick([...'"{}()[]@,|=.?']) + text.slice(at)],
    ['a line less', () => lines.toSpliced(line, 1).join('\n')],
    ['a line twice', () => lines.toSpliced(line, 0, lines[line] as string).join('\n')],
    ['an import less', () => text.replace(/^import .*\n/, '')],
    ['another word', () => text.replace(/\b[a-z]\w+\b(?=[^"]*$)/, () => random.pick(text.match(/\b[a-z]\w+\b/g) ?? ['a']))],
  ]
  const [name, change] = random.pick(breaks)
  texts.set(file, change())
  return name
}

/** All that a check says, with places in place of trees. */
function said(project: CheckedProject): unknown {
  const { model, typeOf, referenceOf } = project.facts
  const seen: unknown[] = project.diagnostics.map((one) => [renderDiagnostic(one, { color: false }), one.fixes])
  const plain = (key: string, value: unknown): unknown => {
    if (typeof value !== 'object' || value === null) return typeof value === 'bigint' ? String(value) : value
    if ('span' in value && 'kind' in value) return `${String(value.kind)} at ${place(value.span)}`
    if ('source' in value && 'start' in value) return place(value)
    if (value instanceof Map) return [...value].map(([name, of]) => [name, of])
    if (value instanceof Set) return [...value]
    return key === 'declaration' || key === 'schema' ? null : value
  }
  const place = (span: unknown): string => {
    const { source, start, end } = span as { source: { name: string }; start: number; end: number }
    return `${source.name}:${start}-${end}`
  }
  for (const file of project.files)
    for (const declaration of file.declarations)
      visit(declaration, (node) => {
        if (isExpression(node)) {
          const [type, reference] = [typeOf(node), referenceOf(node)]
          seen.push([place(node.span), type === null ? null : showType(type), reference])
        }
        return true
      })
  const { typeOf: _, referenceOf: __, guardsOf: ___, sources: ____, ...lists } = model
  return JSON.parse(JSON.stringify([seen, lists], plain))
}

/** Returns the objects of a model to which its parts refer, and which are in none of its lists. */
function strangers({ facts: { model, referenceOf }, files }: CheckedProject): unknown[] {
  const { identities, roles, labels, data, defs, services, routes, rules, invariants } = model
  const own = new Set<unknown>([identities, roles, labels, data, defs, services, routes].flat())
  const used: unknown[] = [
    ...[...rules, ...invariants].flatMap((one) => one.routes),
    ...rules.flatMap(({ to, reads }) => [
      ...to.map((one) => ('role' in one ? one.role : 'identity' in one ? one.identity : null)),
      ...reads.data,
    ]),
    ...roles.flatMap((role) => [...role.identities, ...role.data]),
    ...routes.flatMap((route) => [route.service, ...route.labels]),
  ]
  for (const file of files)
    for (const declaration of file.declarations)
      visit(declaration, (node) => {
        const reference = isExpression(node) ? referenceOf(node) : null
        if (reference !== null)
          for (const key of ['role', 'identity', 'datum', 'def'] as const)
            if (key in reference) used.push((reference as never)[key])
        return true
      })
  const lists = [identities, roles, data, services, routes]
  const misplaced = lists.flatMap((list) => list.filter(({ index }, at) => index !== at))
  return [...used.filter((one) => one !== null && !own.has(one)), ...misplaced]
}

test.each(Array.from({ length: seeds }, (_, seed) => seed))(
  'after any edits (%i)',
  (seed) => {
    const random = randomFrom(seed)
    const memo = new ProjectMemo()
    const texts: Texts = new Map(generatePolicy(100, seed % 5 === 4))
    checked(texts, memo)
    const done: string[] = []
    let good = new Map(texts)
    let sound = 0
    for (let step = 0; step < steps; step += 1) {
      done.push(random.chance(0.6) ? editAtRandom(texts, random) : breakAtRandom(texts, random))
      const [again, anew] = [checked(texts, memo), checked(texts)]
      expect(said(again), done.join(', ')).toEqual(said(anew))
      expect([done.join(', '), ...strangers(again)]).toHaveLength(1)
      if (again.result !== null) {
        good = new Map(texts)
        sound += 1
      } else if (random.chance(0.3)) {
        // Mistakes are mended, if not at once.
        texts.clear()
        for (const [name, text] of good) texts.set(name, text)
        done.push('undone')
      }
    }
    expect(sound).toBeGreaterThan(steps / 10)
  },
  3_600_000, // The full size takes longer than the default time-out.
)
