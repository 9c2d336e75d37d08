import { expect, test } from 'vitest'
import { script, style } from '../../analysis/matrix/page/page.generated.js'

test('they end no element, make no HTML, keep nothing and know no address', () => {
  expect(style + script).not.toMatch(
    /<\/|innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\b|localStorage|sessionStorage|https?:|url\(|@import|fetch|XMLHttpRequest/,
  )
})
