import type { CommandResults } from '../../../language-server/index.ts'
import { element } from '../element.ts'
import type { Panel, PanelContext } from './panel.ts'

type Matrix = CommandResults['iap.matrix']
type Cell = Matrix['rows'][number]['cells'][number]

const KINDS: Readonly<Record<Cell['verdict'], string>> = { always: 'ok', if: 'warn', may: 'warn', never: 'plain' }

/** Shows who can use which route: for each route and kind of caller, over all requests. */
export function matrixPanel(context: PanelContext): Panel {
  const summary = element('p', { class: 'headline', role: 'status' })
  const body = element('div', { class: 'scroll', tabindex: '0', role: 'region', 'aria-label': 'Access matrix' })
  return {
    id: 'matrix',
    title: 'Matrix',
    element: element('div', {}, summary, body),
    async refresh() {
      const { columns, rows } = await context.run('iap.matrix')
      const routes = rows.length === 1 ? '1 route' : `${rows.length} routes`
      summary.textContent = `${routes}, ${columns.length} kinds of callers`
      body.replaceChildren(table(columns, rows))
    },
  }
}

function table(columns: Matrix['columns'], rows: Matrix['rows']): HTMLElement {
  return element(
    'table',
    { class: 'matrix' },
    element(
      'thead',
      {},
      element(
        'tr',
        {},
        element('th', { scope: 'col' }, 'Route'),
        ...columns.map((text) => element('th', { scope: 'col' }, text)),
      ),
    ),
    element('tbody', {}, ...rows.map(row)),
  )
}

function row({ route, methods, path, labels, data, cells }: Matrix['rows'][number]): HTMLElement {
  const below = [
    `${methods} ${path}`,
    ...(labels.length === 0 ? [] : [labels.join(', ')]),
    ...(data.length === 0 ? [] : [`needs data ${data.join(', ')}`]),
  ]
  return element(
    'tr',
    {},
    element('th', { scope: 'row' }, route, ...below.map((text) => element('span', { class: 'below' }, text))),
    ...cells.map(({ verdict, lines }) =>
      element(
        'td',
        { class: KINDS[verdict] },
        element('strong', {}, verdict),
        ...lines.map((text) => element('span', { class: 'below' }, text)),
      ),
    ),
  )
}
