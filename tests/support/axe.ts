import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { Browser, Page } from 'playwright-core'

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

/** Of what axe finds. */
export interface Violation {
  readonly id: string
  readonly nodes: readonly { readonly html: string }[]
}

/** By what they look at. Where a page was looked at in light, only colors differ in the dark. */
const RULES = {
  all: { type: 'tag', values: ['wcag2a', 'wcag2aa', 'wcag2aaa', 'wcag21aa', 'wcag22aa', 'best-practice'] },
  colors: { type: 'rule', values: ['color-contrast', 'color-contrast-enhanced', 'link-in-text-block'] },
}

/**
 * What keeps people from reading a page (WCAG 2.2, AAA). axe needs to run in it, which lets nothing run: its tree in a page that does.
 *
 * @param style what the page loads, and the copy cannot
 */
export async function violationsIn(
  browser: Browser,
  page: Page,
  style = '',
  looksAt: keyof typeof RULES = 'all',
): Promise<readonly Violation[]> {
  const html = await page.content()
  const isDark = await page.evaluate(`matchMedia('(prefers-color-scheme: dark)').matches`)
  const context = await browser.newContext({ colorScheme: isDark ? 'dark' : 'light' })
  const copy = await context.newPage()
  await copy.setContent(style === '' ? html : html.replaceAll(/<(?:link|script)\b[^>]*>(?:<\/script>)?/g, ''))
  if (style !== '') await copy.addStyleTag({ content: style })
  await copy.evaluate(axe)
  const found = (await copy.evaluate(
    `axe.run(document, { runOnly: ${JSON.stringify(RULES[looksAt])} }).then(({ violations }) => violations)`,
  )) as readonly Violation[]
  await context.close()
  return found
}
