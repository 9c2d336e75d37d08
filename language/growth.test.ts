/** How work grows with a text. In a file of its own, as counting steps slows all tests that run beside it. */
import { expect, test } from 'vitest'
import { stepsOf } from '../tests/support/steps.ts'
import { renderDiagnostic } from './diagnostics/render.ts'
import { nearest } from './diagnostics/suggest.ts'
import { parse } from './parse.ts'
import { visit } from './syntax/children.ts'
import { mangle, randomFrom, valid } from './syntax/testing/mangle.ts'
import { nestings } from './syntax/testing/nestings.ts'
import { tokenize } from './syntax/tokenize.ts'

test('the work for a rule does not grow with their number', () => {
  const rules = Array.from(
    { length: 2_000 },
    (_, at) =>
      `permit rule_${at}\n  on orders.read_${at}, label pii\n  to staff\n  when caller.level >= ${at} && "a" in caller.groups\n`,
  )
  const steps = (count: number) =>
    stepsOf(() =>
      expect(parse({ name: 'a.iap', text: rules.slice(0, count).join('\n') }).result.declarations).toHaveLength(count),
    )
  expect(steps(2_000)).toBeLessThan(5 * steps(500))
})

test('many texts in three quotes that are never closed are looked through once', () => {
  const text = (count: number) => ({ name: 'a.iap', text: 'a\\"""x\n'.repeat(count) })
  const steps = (count: number) => stepsOf(() => expect(tokenize(text(count)).diagnostics).toHaveLength(count))
  expect(steps(4_000)).toBeLessThan(5 * steps(1_000))
})

test.each(nestings)('%s are read with work that grows with their depth', (_, nested) => {
  const steps = (depth: number) => stepsOf(() => parse({ name: 'a.iap', text: `role r of s when ${nested(depth)}` }))
  expect(steps(2_000)).toBeLessThan(5 * steps(500))
})

test('hundreds of unknown names among thousands of known ones: only the first five hundred are compared', () => {
  const names = Array.from({ length: 2100 }, (_, at) => `customer_account_${at}x`)
  const steps = (known: readonly string[]) =>
    stepsOf(() => {
      for (let at = 0; at < 500; at += 1) nearest(`customer_acount_${at}y`, known)
    })
  // Without a limit, three times as many.
  expect(steps(names)).toBeLessThan(2 * steps(names.slice(0, 700)))
})

/** Mangled texts; a hundred times as many in `npm run check:full`. */
const ROUNDS = process.env.IAP_FULL === '1' ? 20_000 : 200

/** Texts whose steps are counted together: to count those of each takes longer than to parse it. */
const BATCH = 50

test('mangled texts: a tree and diagnostics, never an exception, never much more work than the text itself', () => {
  const random = randomFrom(20260302)
  const most = 2 * BATCH * stepsOf(() => parse({ name: 'a.iap', text: valid }))
  let mistaken = 0
  for (let round = 0; round < ROUNDS; round += BATCH) {
    const texts = Array.from({ length: BATCH }, () => mangle(valid, random))
    const parsed: ReturnType<typeof parse>[] = []
    const steps = stepsOf(() => {
      for (const text of texts) parsed.push(parse({ name: 'a.iap', text }))
    })
    expect(steps, texts.join('\n')).toBeLessThan(most)
    for (const [index, { result, diagnostics }] of parsed.entries()) {
      const text = texts[index] as string
      if (diagnostics.length > 0) mistaken += 1
      // A tree that lacks something has a diagnostic that says so.
      if (result.brokenNames.length > 0) expect(diagnostics.length, text).toBeGreaterThan(0)
      for (const diagnostic of diagnostics) {
        const { span } = diagnostic
        if (!(span.start >= 0 && span.start <= span.end && span.end <= text.length))
          expect.fail(`${JSON.stringify(diagnostic)}\n${text}`)
      }
      if ((round + index) % 20 > 0) continue
      for (const diagnostic of diagnostics) expect(renderDiagnostic(diagnostic, { color: false })).toContain(diagnostic.code)
      visit(result, ({ span }) => {
        if (!(span.start >= 0 && span.start <= span.end && span.end <= text.length)) expect.fail(text)
      })
    }
  }
  expect(mistaken).toBeGreaterThan(ROUNDS * 0.8)
})
