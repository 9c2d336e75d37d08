import { type Content, element, visible } from './dom.ts'
import { number, time, words } from './words.ts'

/** Renders the members of an object as an HTML list of names and values, including members that later versions of the API add. */
export function facts(value: object): HTMLElement {
  return element(
    'dl',
    {},
    ...Object.entries(value).flatMap(([name, of]) => [element('dt', {}, words(name)), element('dd', {}, fact(of))]),
  )
}

function fact(value: unknown): Content {
  if (value === null || value === undefined) return element('span', { class: 'quiet' }, 'none')
  if (typeof value === 'boolean') return value ? 'yes' : 'no'
  if (typeof value === 'number') return number(value)
  if (typeof value === 'string') return TIME.test(value) ? time(value) : element('code', {}, visible(value, 2000))
  if (Array.isArray(value)) return list(value)
  return Object.keys(value).length === 0 ? element('span', { class: 'quiet' }, 'none') : facts(value)
}

function list(values: readonly unknown[]): HTMLElement {
  if (values.length === 0) return element('span', { class: 'quiet' }, 'none')
  return element('ul', { class: 'plain' }, ...values.map((one) => element('li', {}, fact(one))))
}

/** RFC 3339, as in the API. */
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z$/
