import type { EvalRequest } from '../../../runtime/abi/index.ts'

/** The request without one thing of all that is in it. */
export function* smallerRequests(request: EvalRequest): Generator<EvalRequest> {
  const { caller, headers = {}, url, data = {} } = request
  for (const name of ['headers', 'mtls', 'source', 'data', 'body', 'rawBody', 'time', 'caller'] as const)
    if (name in request) yield without(request, name)
  for (const name of Object.keys(headers)) yield { ...request, headers: without(headers, name) }
  if (caller) {
    if (caller.auth) yield { ...request, caller: without(caller, 'auth') }
    for (const claims of smallerValues(caller.claims)) yield { ...request, caller: { ...caller, claims } }
  }
  if (url.includes('?')) yield { ...request, url: url.slice(0, url.indexOf('?')) }
  for (const smaller of smallerValues(data)) yield { ...request, data: smaller as Record<string, unknown> }
  for (const body of smallerValues(request.body)) yield { ...request, body }
}

/** With one member or element less, or one of them smaller. */
function* smallerValues(value: unknown): Generator<unknown> {
  if (typeof value !== 'object' || value === null) return
  if (Array.isArray(value)) {
    for (const at of value.keys()) yield value.toSpliced(at, 1)
    for (const [at, element] of value.entries()) for (const smaller of smallerValues(element)) yield value.with(at, smaller)
    return
  }
  for (const [name, member] of Object.entries(value)) {
    yield without(value, name as never)
    for (const smaller of smallerValues(member)) yield { ...value, [name]: smaller }
  }
}

function without<T extends object, Key extends keyof T>(record: T, name: Key): Omit<T, Key> {
  return Object.fromEntries(Object.entries(record).filter(([key]) => key !== name)) as Omit<T, Key>
}
