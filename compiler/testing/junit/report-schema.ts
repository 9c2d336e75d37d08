/**
 * For tests: whether a text is well-formed XML, as far as a report uses it, and valid against the schema of Ant's JUnit reports. The table below says in our
 * words what that schema says: elements in their order, how often, attributes with their types.
 */

export interface Element {
  readonly name: string
  readonly attributes: Readonly<Record<string, string>>
  readonly children: readonly Element[]
  readonly text: string
  /** All below of that name. */
  find(name: string): readonly Element[]
}

type Kind = 'text' | 'name' | 'count' | 'time' | 'moment'

interface Shape {
  /** Those that must be there, and those that may. */
  readonly required: Readonly<Record<string, Kind>>
  readonly optional?: Readonly<Record<string, Kind>>
  /** In this order: one, at most one, any number. */
  readonly children: readonly (readonly [name: string, times: '1' | '?' | '*'])[]
  readonly text?: true
}

const SHAPES: Readonly<Record<string, Shape>> = {
  testsuites: { required: {}, children: [['testsuite', '*']] },
  testsuite: {
    required: {
      package: 'name',
      id: 'count',
      name: 'name',
      timestamp: 'moment',
      hostname: 'name',
      tests: 'count',
      failures: 'count',
      errors: 'count',
      time: 'time',
    },
    optional: { skipped: 'count' },
    children: [
      ['properties', '1'],
      ['testcase', '*'],
      ['system-out', '1'],
      ['system-err', '1'],
    ],
  },
  properties: { required: {}, children: [['property', '*']] },
  property: { required: { name: 'name', value: 'text' }, children: [] },
  testcase: {
    required: { name: 'name', classname: 'name', time: 'time' },
    children: [
      ['skipped', '?'],
      ['error', '?'],
      ['failure', '?'],
    ],
  },
  skipped: { required: {}, children: [] },
  error: { required: { type: 'text' }, optional: { message: 'text' }, children: [], text: true },
  failure: { required: { type: 'text' }, optional: { message: 'text' }, children: [], text: true },
  'system-out': { required: {}, children: [], text: true },
  'system-err': { required: {}, children: [], text: true },
}

const KINDS: Readonly<Record<Kind, RegExp>> = {
  text: /^/,
  name: /^/,
  count: /^\d+$/,
  time: /^\d+(\.\d+)?$/,
  moment: /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$/,
}

/** What is wrong; empty: nothing. */
export function checkReport(text: string): readonly string[] {
  try {
    const root = readXml(text)
    return root.name === 'testsuites' ? [...faults(root)] : [`the root is ${root.name}`]
  } catch (error) {
    return [(error as Error).message]
  }
}

function* faults(element: Element): Generator<string> {
  const shape = SHAPES[element.name]
  if (shape === undefined) return yield `there is no element ${element.name}`
  const { required, optional = {}, children } = shape
  for (const name of Object.keys(required)) if (!Object.hasOwn(element.attributes, name)) yield `${element.name} lacks ${name}`
  for (const [name, value] of Object.entries(element.attributes)) {
    const kind = { ...optional, ...required }[name]
    if (kind === undefined) yield `${element.name} has no attribute ${name}`
    else if (!KINDS[kind].test(value)) yield `${name} is no ${kind}: ${value}`
  }
  if (shape.text !== true && element.text.trim() !== '') yield `${element.name} holds text`
  const order = element.children.map(({ name }) => name).join(' ')
  const pattern = children.map(([name, times]) => `(?:${name} )${times === '1' ? '' : times}`).join('')
  if (!new RegExp(`^${pattern}$`).test(order === '' ? '' : `${order} `)) yield `${element.name} holds ${order}`
  for (const child of element.children) yield* faults(child)
}

interface Open {
  readonly name: string
  readonly attributes: Record<string, string>
  readonly children: Element[]
  text: string
}

/** Elements, attributes in double quotes, character references, text. Throws where there is anything else. */
export function readXml(text: string): Element {
  const body = text.replace(/^<\?xml version="1\.0" encoding="UTF-8"\?>\n/, '')
  if (/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u.test(body)) throw new Error('a character that is none of XML')
  const open: Open[] = [{ name: '', attributes: {}, children: [], text: '' }]
  const token = /<(\/?)([a-z-]+)((?: [a-z]+="[^"<]*")*)(\/?)>|([^<]+)/gy
  let end = 0
  for (const [all, closing, name = '', attributes = '', alone, content] of body.matchAll(token)) {
    end += all.length
    const top = open.at(-1) as Open
    if (content !== undefined) top.text += resolved(content)
    else if (closing === '/') {
      if (top.name !== name) throw new Error(`${name} is closed where ${top.name} is open`)
      open.pop()
      open.at(-1)?.children.push(elementOf(top))
    } else {
      const started: Open = { name, attributes: readAttributes(attributes), children: [], text: '' }
      if (alone === '/') top.children.push(elementOf(started))
      else open.push(started)
    }
  }
  const [root] = open
  if (end !== body.length || open.length !== 1 || root?.children.length !== 1) throw new Error('it is not one whole element')
  return root.children[0] as Element
}

function elementOf({ name, attributes, children, text }: Open): Element {
  const find = (wanted: string): readonly Element[] =>
    children.flatMap((child) => [...(child.name === wanted ? [child] : []), ...child.find(wanted)])
  return { name, attributes, children, text, find }
}

function readAttributes(text: string): Record<string, string> {
  const found: Record<string, string> = {}
  for (const [, name = '', value = ''] of text.matchAll(/ ([a-z]+)="([^"]*)"/g)) {
    if (Object.hasOwn(found, name)) throw new Error(`${name} is there twice`)
    found[name] = resolved(value)
  }
  return found
}

function resolved(text: string): string {
  if (/&(?!#\d+;)/.test(text)) throw new Error('an ampersand that refers to nothing')
  return text.replace(/&#(\d+);/g, (_, code: string) => String.fromCodePoint(Number(code)))
}
