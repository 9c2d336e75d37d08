import { stripVTControlCharacters } from 'node:util'
import { expect, test } from 'vitest'
import type { Diagnostic } from './diagnostic.ts'
import { renderDiagnostic } from './render.ts'

const help = 'write it otherwise'

/** A diagnostic about what stands between the first `«` and `»` of a text, with what stands between further ones as related places. */
function about(marked: string, more: Partial<Diagnostic> = {}): Diagnostic {
  const text = marked.replaceAll(/[«»]/g, '')
  const source = { name: 'shop/orders.iap', text }
  const spans: { source: typeof source; start: number; end: number }[] = []
  let seen = 0
  for (const { index, 0: mark } of marked.matchAll(/[«»]/g)) {
    const offset = index - seen
    seen += 1
    if (mark === '«') spans.push({ source, start: offset, end: offset })
    else spans[spans.length - 1] = { ...(spans.at(-1) as (typeof spans)[number]), end: offset }
  }
  const [span = { source, start: 0, end: 0 }, ...others] = spans
  const related = others.map((place) => ({ message: 'declared here', span: place }))
  return { code: 'IAP3004', severity: 'error', message: 'this is `wrong`', help, span, related, fixes: [], ...more }
}

const rendered = (marked: string, more?: Partial<Diagnostic>) => `\n${renderDiagnostic(about(marked, more), { color: false })}\n`

test('one place', () => {
  expect(rendered('permit a\n  on «orders.red»\n  to staff\n')).toMatchInlineSnapshot(`
    "
    error[IAP3004]: this is \`wrong\`
      --> shop/orders.iap:2:6
      |
    2 |   on orders.red
      |      ^^^^^^^^^^
      = help: write it otherwise
    "
  `)
})

test('a tab is four columns, and marks stand under what they mark', () => {
  expect(rendered('\t\ton\t«orders.red», x')).toMatchInlineSnapshot(`
    "
    error[IAP3004]: this is \`wrong\`
      --> shop/orders.iap:1:6
      |
    1 |         on    orders.red, x
      |               ^^^^^^^^^^
      = help: write it otherwise
    "
  `)
})

test('wide and combining characters', () => {
  expect(rendered('because "漢字 e\u0301 👍" «wrong»')).toMatchInlineSnapshot(`
    "
    error[IAP3004]: this is \`wrong\`
      --> shop/orders.iap:1:20
      |
    1 | because "漢字 é 👍" wrong
      |                     ^^^^^
      = help: write it otherwise
    "
  `)
  expect(rendered('because "«漢字»"')).toMatchInlineSnapshot(`
    "
    error[IAP3004]: this is \`wrong\`
      --> shop/orders.iap:1:10
      |
    1 | because "漢字"
      |          ^^^^
      = help: write it otherwise
    "
  `)
})

test('several lines: indentation is not marked', () => {
  expect(rendered('  when «caller.level >\n    7 &&\n\n    x» || y')).toMatchInlineSnapshot(`
    "
    error[IAP3004]: this is \`wrong\`
      --> shop/orders.iap:1:8
      |
    1 |   when caller.level >
      |        ^^^^^^^^^^^^^^
    2 |     7 &&
      |     ^^^^
    3 |
    4 |     x || y
      |     ^
      = help: write it otherwise
    "
  `)
})

test('many lines: the first three and the last', () => {
  expect(rendered('«a\nb\nc\nd\ne\nf\ng\nh\ni\nj» k')).toMatchInlineSnapshot(`
    "
    error[IAP3004]: this is \`wrong\`
       --> shop/orders.iap:1:1
       |
     1 | a
       | ^
     2 | b
       | ^
     3 | c
       | ^
    ...
    10 | j k
       | ^
       = help: write it otherwise
    "
  `)
})

test('an empty place at the end of the text', () => {
  expect(rendered('permit a\n  on x.y«»\n')).toMatchInlineSnapshot(`
    "
    error[IAP3004]: this is \`wrong\`
      --> shop/orders.iap:2:9
      |
    2 |   on x.y
      |         ^
      = help: write it otherwise
    "
  `)
  expect(rendered('«»')).toMatchInlineSnapshot(`
    "
    error[IAP3004]: this is \`wrong\`
      --> shop/orders.iap:1:1
      |
    1 |
      | ^
      = help: write it otherwise
    "
  `)
})

test('related places follow with a note each, and line numbers line up', () => {
  const lines = `label «pii»\n${'\n'.repeat(98)}label «pii»`
  const diagnostic = about(lines)
  const [related] = diagnostic.related
  if (related === undefined) throw new Error('no related place')
  const turned = { ...diagnostic, span: related.span, related: [{ message: 'declared here', span: diagnostic.span }] }
  expect(`\n${renderDiagnostic(turned, { color: false })}\n`).toMatchInlineSnapshot(`
    "
    error[IAP3004]: this is \`wrong\`
        --> shop/orders.iap:100:7
        |
    100 | label pii
        |       ^^^
        = help: write it otherwise
    note: declared here
        --> shop/orders.iap:1:7
        |
      1 | label pii
        |       ---
    "
  `)
})

test('a related place in another file', () => {
  const other = { name: 'identity.iap', text: 'identity staff via jwt\r\n' }
  const related = [{ message: 'declared here', span: { source: other, start: 9, end: 14 } }]
  expect(rendered('role a of «staf»\r\n', { related, severity: 'warning', code: 'IAP5001' })).toMatchInlineSnapshot(`
    "
    warning[IAP5001]: this is \`wrong\`
      --> shop/orders.iap:1:11
      |
    1 | role a of staf
      |           ^^^^
      = help: write it otherwise
    note: declared here
      --> identity.iap:1:10
      |
    1 | identity staff via jwt
      |          -----
    "
  `)
})

test('a long line is cut to a window round the mark', () => {
  const output = rendered(`when ${'a && '.repeat(100)}«wrong»${' && b'.repeat(100)}`)
  expect(output).toMatchInlineSnapshot(`
    "
    error[IAP3004]: this is \`wrong\`
      --> shop/orders.iap:1:506
      |
    1 | …a && a && a && a && a && a && wrong && b && b && b && b && b && b && b && b && b && b && b && b && b && b && b && b && b && b && b && b && b…
      |                                ^^^^^
      = help: write it otherwise
    "
  `)
  expect(Math.max(...output.split('\n').map((line) => line.length))).toBeLessThan(160)
})

test('nothing in a text can move the cursor or turn the direction', () => {
  const output = rendered('«permit \x1b[2Ja\u202e» x', { message: 'found `\x1b]0;x\x07`\nfoo' })
  expect(output).toMatchInlineSnapshot(`
    "
    error[IAP3004]: found \`�]0;x�\`�foo
      --> shop/orders.iap:1:1
      |
    1 | permit �[2Ja� x
      | ^^^^^^^^^^^^^
      = help: write it otherwise
    "
  `)
})

test('colors', () => {
  const output = renderDiagnostic(about('on «orders»'), { color: true })
  expect(output).toContain('\x1b[1;31merror[IAP3004]\x1b[0m\x1b[1m: this is `wrong`\x1b[0m')
  expect(output).toContain('\x1b[1;31m^^^^^^\x1b[0m')
  expect(stripVTControlCharacters(output)).toBe(renderDiagnostic(about('on «orders»'), { color: false }))
})
