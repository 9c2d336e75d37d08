import { type EvalAnswer, type EvalRequest, periodInWords } from '../../../runtime/abi/index.ts'
import { TEST_SOURCE, TEST_TIME } from '../test-request.ts'

/** Returns a request and its answer as a `test` block for a policy, without what a test implies by default. */
export function testBlock(name: string, request: EvalRequest, answer: EvalAnswer): string {
  const { method, url, headers = {}, caller, body, rawBody, mtls, data = {}, time = TEST_TIME, source } = request
  const lines = [
    caller ? `as ${caller.identity} ${json(caller.claims)}` : 'as anonymous',
    ...(caller?.auth ? [authenticated(caller.auth, time)] : []),
    `${/^[A-Z]+$/.test(method) ? method : json(method)} ${json(url)}${bodyOf(body, rawBody)}`,
    ...(body !== undefined && !isObject(body) ? ['header "content-type": "application/json"'] : []),
    ...Object.entries(headers).flatMap(([key, value]) =>
      (typeof value === 'string' ? [value] : value).map((line) => `header ${json(key)}: ${json(line)}`),
    ),
    ...Object.entries(data)
      .filter(([, value]) => !isEmpty(value))
      .map(([key, value]) => `data ${key}: ${json(value)}`),
    ...(mtls ? [`mtls ${json(mtls)}`] : []),
    ...(time === TEST_TIME ? [] : [`at timestamp(${json(time)})`]),
    ...(source === undefined || source.ip === TEST_SOURCE ? [] : [`from ${json(source.ip)}`]),
    `expect ${expectation(answer)}`,
  ]
  return `test ${json(name)} {\n${lines.map((line) => `  ${line}\n`).join('')}}\n`
}

function expectation({ effect, rules, status, reason }: EvalAnswer): string {
  if (effect === 'reject') return `reject ${status}`
  const by = rules[0] ?? (reason === 'default' || reason === 'no-route' || reason === 'data' ? reason : null)
  return by === null || effect === 'unauthenticated' || effect === 'challenge' ? effect : `${effect} by ${by}`
}

function bodyOf(body: unknown, rawBody: string | undefined): string {
  if (rawBody !== undefined) return ` body ${json(rawBody)}`
  if (body === undefined) return ''
  // Objects are written as they are; other values as raw text, which has no type.
  return isObject(body) ? ` ${json(body)}` : ` body ${json(JSON.stringify(body))}`
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function authenticated({ time, acr, amr }: NonNullable<NonNullable<EvalRequest['caller']>['auth']>, now: string): string {
  const ago = periodInWords(time === undefined ? 0 : Date.parse(now) - Date.parse(time))
  const by = acr !== undefined ? `by acr ${json(acr)} ` : amr?.includes('mfa') ? 'by mfa ' : ''
  return `authenticated ${by}${ago} ago`
}

function isEmpty(value: unknown): boolean {
  return typeof value === 'object' && value !== null && Object.keys(value).length === 0
}

/** Returns JSON on one line with spaces, with bare keys if they are names. */
function json(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(json).join(', ')}]`
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  const members = Object.entries(value).map(
    ([key, each]) => `${/^[A-Za-z_]\w*$/.test(key) ? key : JSON.stringify(key)}: ${json(each)}`,
  )
  return members.length === 0 ? '{}' : `{ ${members.join(', ')} }`
}
