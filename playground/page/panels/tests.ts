import type { CommandResults } from '../../../language-server/index.ts'
import { button, element, withCode } from '../element.ts'
import { nameOf, uriOf } from '../project.ts'
import { badge, type Panel, type PanelContext } from './panel.ts'

type Row = CommandResults['iap.runTests'][number]
export type Mark = CommandResults['iap.coverage']['marks'][number]

const KINDS: Readonly<Record<Row['verdict'], 'ok' | 'bad' | 'warn'>> = { passed: 'ok', failed: 'bad', undecided: 'warn' }

/**
 * Runs the tests of all files, and measures what they cover.
 *
 * @param showMarks shows the coverage in the margin of the editor
 */
export function testsPanel(context: PanelContext, showMarks: (marks: readonly Mark[]) => void): Panel {
  const summary = element('p', { class: 'headline', role: 'status' })
  const body = element('div')

  return {
    id: 'tests',
    title: 'Tests',
    element: element('div', {}, summary, body),
    async refresh() {
      const rows: Row[] = []
      for (const { name } of context.project.files)
        if (name.endsWith('.iap')) rows.push(...(await context.run('iap.runTests', { uri: uriOf(name) })))
      const { percent, gaps, marks } = await context.run('iap.coverage')
      showMarks(marks)
      const of = (verdict: Row['verdict']) => rows.filter((row) => row.verdict === verdict).length
      const counts = (['passed', 'failed', 'undecided'] as const).filter((verdict) => of(verdict) > 0)
      summary.replaceChildren(
        ...(rows.length === 0 ? ['The files have no tests. '] : []),
        ...counts.flatMap((verdict) => [badge(`${of(verdict)} ${verdict}`, KINDS[verdict]), ' ']),
        `coverage ${Math.floor(percent)} %`,
      )
      const open = rows.filter(({ passed }) => !passed)
      body.replaceChildren(
        ...open.map((row) => rowDetails(row, context)),
        ...(gaps.length === 0 ? [] : [gapList(gaps)]),
        element(
          'ul',
          { class: 'list', 'aria-label': 'Passed tests' },
          ...rows.filter(({ passed }) => passed).map((row) => passedItem(row, context)),
        ),
      )
    },
  }
}

function rowDetails(row: Row, context: PanelContext): HTMLElement {
  const [first = '', ...rest] = (row.message ?? '').split('\n\n')
  return element(
    'section',
    { class: `card ${KINDS[row.verdict]}` },
    element('p', {}, badge(row.verdict, KINDS[row.verdict]), ' ', placeButton(row, context)),
    element('p', {}, first),
    ...rest.map((text) =>
      element('pre', { tabindex: '0', role: 'region', 'aria-label': 'Explanation' }, element('code', {}, text)),
    ),
  )
}

function passedItem(row: Row, context: PanelContext): HTMLElement {
  return element('li', {}, element('span', { class: 'sign ok', 'aria-hidden': 'true' }, '✓'), placeButton(row, context))
}

function placeButton({ name, uri, range }: Row, { reveal }: PanelContext): HTMLElement {
  const show = () => reveal({ name: nameOf(uri), line: range.start.line + 1, column: range.start.character + 1 })
  return button(name, show, { class: 'link', title: `${nameOf(uri)}:${range.start.line + 1}` })
}

function gapList(gaps: readonly string[]): HTMLElement {
  return element(
    'details',
    { class: 'card warn', open: gaps.length <= 10 },
    element('summary', {}, gaps.length === 1 ? '1 gap in the coverage' : `${gaps.length} gaps in the coverage`),
    element('ul', {}, ...gaps.map((gap) => element('li', {}, ...withCode(gap)))),
  )
}
