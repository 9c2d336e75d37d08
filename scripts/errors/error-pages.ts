import { type FailureCode, type FailureGroup, failureCodes } from '../../runtime/proxy/refusals/failure-codes.ts'
import { proxyErrors } from '../../runtime/proxy/refusals/proxy-errors.ts'

const GROUPS: readonly FailureGroup[] = ['proxy', 'request', 'route', 'check', 'credential', 'abort']

/**
 * Returns the pages of `docs/reference/errors` by name: the tables of `README.md`, each between its marks, and the title and first
 * paragraph of each code's page.
 *
 * @param read returns the present text of a page
 */
export function errorPages(read: (name: string) => string): ReadonlyMap<string, string> {
  const pages = new Map([['README.md', GROUPS.reduce(withTable, read('README.md'))]])
  for (const code of Object.keys(proxyErrors)) {
    const name = `${code}.md`
    const [, , , ...rest] = read(name).split('\n')
    const { statuses, detail } = failureCodes.get(code) as FailureCode
    pages.set(name, [`# \`${code}\` (${statuses.join(', ')})`, '', detail, ...rest].join('\n'))
  }
  return pages
}

function withTable(page: string, group: FailureGroup): string {
  const [begin, end] = [`<!-- codes: ${group} -->\n`, `<!-- end of codes: ${group} -->`]
  const [before, rest] = page.split(begin)
  const after = rest?.split(end)[1]
  if (before === undefined || after === undefined)
    throw new Error(`docs/reference/errors/README.md has no marks for the codes of ${group}`)
  const rows = [...failureCodes].flatMap(([code, row]) => (row.group === group ? [rowOf(code, row)] : []))
  return `${before}${begin}\n${HEAD}\n${rows.join('\n')}\n\n${end}${after}`
}

const HEAD = `| code | status | what happened | what to do | also counted by | Envoy |
| --- | --- | --- | --- | --- | --- |`

function rowOf(code: string, { statuses, aborts, detail, advice, metrics, envoy }: FailureCode): string {
  const name = Object.hasOwn(proxyErrors, code) ? `[\`${code}\`](${code}.md)` : `\`${code}\``
  const status = [...statuses.map(String), ...(aborts ? ['abort'] : [])].join(', ')
  const cells = [name, status, detail, advice, metrics.map((metric) => `\`${metric}\``).join(' '), envoy.join(', ')]
  return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`.replaceAll('  |', ' |')
}
