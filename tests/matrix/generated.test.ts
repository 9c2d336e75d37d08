import { execFileSync } from 'node:child_process'
import { expect, test } from 'vitest'
import { script, style } from '../../cli/matrix/page.generated.js'

test('the style and the script are what cli/matrix/page/ makes', () => {
  expect(() => execFileSync(process.execPath, ['scripts/generate-matrix-page.mjs', '--check'], { stdio: 'pipe' })).not.toThrow()
})

test('they end no element, make no HTML, keep nothing and know no address', () => {
  expect(style + script).not.toMatch(
    /<\/|innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\b|localStorage|sessionStorage|https?:|url\(|@import|fetch|XMLHttpRequest/,
  )
})
