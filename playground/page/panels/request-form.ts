import type { CommandResults } from '../../../language-server/index.ts'
import { element } from '../element.ts'
import { durationText, readDuration } from './duration.ts'

type Outline = CommandResults['iap.outline']
type Json = Readonly<Record<string, unknown>>

const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS']
/** What the form has fields of its own for. */
const FIELDS = ['method', 'url', 'caller', 'time', 'source', 'body', 'data']
const ACR = 'acr '
const TIME = '2026-01-01T12:00:00Z'

/** A form for the input of `iap eval`. */
export class RequestForm {
  readonly element: HTMLFormElement
  readonly #method = select('method', METHODS)
  readonly #url = element('input', {
    id: 'url',
    type: 'text',
    inputmode: 'url',
    spellcheck: 'false',
    autocomplete: 'off',
    list: 'urls',
  })
  readonly #urls = element('datalist', { id: 'urls' })
  readonly #caller = select('caller', [''])
  readonly #claims = area('claims', 2)
  readonly #claimTypes = element('p', { id: 'claims-types', class: 'hint' })
  readonly #factor = select('factor', ['', 'password', 'mfa'])
  readonly #ago = element('input', { id: 'ago', type: 'text', spellcheck: 'false', placeholder: '5m' })
  readonly #time = element('input', { id: 'time', type: 'text', spellcheck: 'false', placeholder: TIME })
  readonly #address = element('input', { id: 'address', type: 'text', spellcheck: 'false', placeholder: '192.0.2.1' })
  readonly #more = area('more', 2)
  readonly #body = area('body', 2)
  readonly #data = area('data', 2)
  readonly #example = select('example-request', [''])
  #outline: Outline | null = null

  /** @param changed is called when the user changes a field */
  constructor(changed: () => void) {
    this.#factor.replaceChildren(option('', 'not known'), option('password', 'one factor'), option('mfa', 'second factor (mfa)'))
    this.#claims.setAttribute('aria-describedby', 'claims-types')
    this.element = element(
      'form',
      { class: 'request', 'aria-label': 'Request' },
      field('Start from a test', this.#example, 'wide'),
      field('Method', this.#method),
      field('URL', this.#url, 'grow'),
      field('Caller', this.#caller),
      field('Claims (JSON)', this.#claims, 'grow', this.#claimTypes),
      details(
        'Circumstances',
        field('Signed in with', this.#factor),
        field('How long ago', this.#ago),
        field('Time of the request', this.#time),
        field('Client address', this.#address),
        field('Headers and certificate (JSON)', this.#more, 'wide'),
      ),
      details('Body', field('Body (JSON)', this.#body, 'wide')),
      details('Data', field('Values by name (JSON)', this.#data, 'wide')),
      this.#urls,
    )
    this.element.addEventListener('submit', (event) => event.preventDefault())
    this.element.addEventListener('input', ({ target }) => {
      if (target === this.#example) this.fillFromTest(this.#example.value)
      if (target === this.#caller) this.#showClaimTypes()
      changed()
    })
  }

  /** Offers the identities, routes and tests of a policy. */
  offer(outline: Outline): void {
    this.#outline = outline
    const { identities, routes, tests } = outline
    const caller = this.#caller.value
    this.#caller.replaceChildren(option('', 'anonymous'), ...identities.map(({ name }) => option(name, name)))
    choose(this.#caller, caller)
    this.#urls.replaceChildren(...routes.map(({ url, name }) => element('option', { value: url }, name)))
    const example = this.#example.value
    this.#example.replaceChildren(
      option('', tests.length === 0 ? 'no tests' : 'choose …'),
      ...tests.map(({ name }) => option(name, name)),
    )
    this.#example.value = tests.some(({ name }) => name === example) ? example : ''
    this.#showClaimTypes()
  }

  /**
   * Returns the request.
   *
   * @throws Error with the field that is no JSON
   */
  read(): Json {
    const time = this.#time.value.trim()
    const identity = this.#caller.value
    const claims = json('the claims', this.#claims.value)
    const caller = identity === '' ? null : { identity, claims: claims ?? {}, ...this.#auth(time === '' ? TIME : time) }
    const body = json('the body', this.#body.value)
    const data = json('the data', this.#data.value)
    return {
      ...(json('the headers', this.#more.value) as Json | undefined),
      method: this.#method.value,
      url: this.#url.value.trim(),
      caller,
      ...(time !== '' && { time }),
      ...(this.#address.value.trim() !== '' && { source: { ip: this.#address.value.trim() } }),
      ...(body !== undefined && { body }),
      ...(data !== undefined && { data }),
    }
  }

  /** Shows a request. What has another form is left out, as a link may hold anything. */
  fill(request: unknown): void {
    const { method, url, caller, time, source, body, data, ...rest } = objectOf(request)
    const { identity, claims, auth } = objectOf(caller)
    choose(this.#method, textOf(method) || 'GET')
    this.#url.value = textOf(url)
    choose(this.#caller, textOf(identity))
    this.#claims.value = shown(claims)
    this.#time.value = textOf(time)
    this.#address.value = textOf(objectOf(source).ip)
    this.#body.value = shown(body)
    this.#data.value = shown(data)
    const others = Object.entries(rest).filter(([key, value]) => !FIELDS.includes(key) && !isEmpty(value))
    this.#more.value = others.length === 0 ? '' : shown(Object.fromEntries(others))
    this.#fillAuth(objectOf(auth), textOf(time) || TIME)
    for (const group of this.element.querySelectorAll('details'))
      group.open ||= [...group.querySelectorAll('textarea')].some(({ value }) => value !== '')
    this.#showClaimTypes()
  }

  /** Shows the request of a test that was offered. */
  fillFromTest(wanted: string): void {
    const test = this.#outline?.tests.find(({ name }) => name === wanted)
    if (test === undefined) return
    this.fill(test.request)
    this.#example.value = wanted
  }

  #auth(time: string): Json {
    const factor = this.#factor.value
    const now = Date.parse(time)
    if (factor === '' || Number.isNaN(now)) return {}
    const then = new Date(now - readDuration(this.#ago.value || '5m'))
    if (Number.isNaN(then.getTime())) throw new Error(`\`${this.#ago.value}\` ago is before any time`)
    const how = factor === 'mfa' ? { amr: ['mfa'] } : factor.startsWith(ACR) ? { acr: factor.slice(ACR.length) } : {}
    return { auth: { time: then.toISOString(), ...how } }
  }

  #fillAuth({ time, amr, acr }: Json, now: string): void {
    const ago = Date.parse(now) - Date.parse(textOf(time))
    const isMfa = Array.isArray(amr) && amr.includes('mfa')
    choose(this.#factor, time === undefined ? '' : isMfa ? 'mfa' : typeof acr === 'string' ? `${ACR}${acr}` : 'password')
    this.#ago.value = Number.isFinite(ago) && ago >= 0 ? durationText(ago) : ''
  }

  #showClaimTypes(): void {
    const identity = this.#outline?.identities.find(({ name }) => name === this.#caller.value)
    this.#claimTypes.textContent = identity === undefined ? '' : identity.claims.join(', ')
    this.#claims.disabled = this.#caller.value === ''
  }
}

function field(label: string, control: HTMLElement, width = '', ...below: readonly HTMLElement[]): HTMLElement {
  return element('div', { class: `field ${width}` }, element('label', { for: control.id }, label), control, ...below)
}

function details(title: string, ...fields: readonly HTMLElement[]): HTMLElement {
  return element('details', {}, element('summary', {}, title), element('div', { class: 'fields' }, ...fields))
}

function select(id: string, values: readonly string[]): HTMLSelectElement {
  return element('select', { id }, ...values.map((value) => option(value, value)))
}

function option(value: string, text: string): HTMLOptionElement {
  return element('option', { value }, text)
}

/** Selects a value, which is offered from now on. */
function choose(list: HTMLSelectElement, value: string): void {
  if (![...list.options].some((one) => one.value === value)) list.append(option(value, value))
  list.value = value
}

function area(id: string, rows: number): HTMLTextAreaElement {
  return element('textarea', { id, rows: String(rows), spellcheck: 'false', autocomplete: 'off' })
}

function json(what: string, text: string): unknown {
  if (text.trim() === '') return undefined
  try {
    return JSON.parse(text)
  } catch (error) {
    throw new Error(`${what} cannot be read as JSON: ${(error as Error).message}`)
  }
}

function objectOf(value: unknown): Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : {}
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : ''
}

function isEmpty(value: unknown): boolean {
  return value === null || value === undefined || (typeof value === 'object' && Object.keys(value).length === 0)
}

/** Objects of a line stay on it. */
function shown(value: unknown): string {
  if (isEmpty(value)) return ''
  const lines = JSON.stringify(value, null, 2)
  // No text in JSON has a line break.
  const line = lines.replaceAll(/\n\s*/g, ' ')
  return line.length <= 72 ? line : lines
}
