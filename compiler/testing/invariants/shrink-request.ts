import type { EvalRequest } from '../../../runtime/abi/index.ts'
import { TEST_SOURCE, TEST_TIME } from '../test-request.ts'

/** Shrinks a request while `isSame` stays true, removing one part after the other. */
export function shrinkRequest(request: EvalRequest, isSame: (smaller: EvalRequest) => boolean): EvalRequest {
  let least = request
  for (let again = true; again; ) {
    again = false
    for (const smaller of smallerThan(least)) {
      if (!isSame(smaller)) continue
      least = smaller
      again = true
      break
    }
  }
  return least
}

function* smallerThan(request: EvalRequest): Generator<EvalRequest> {
  const { headers = {}, caller, mtls, data = {}, time, source } = request
  if (mtls) {
    const { mtls: _, ...rest } = request
    yield rest
  }
  for (const name of Object.keys(headers)) yield { ...request, headers: without(headers, name) }
  if (caller) {
    yield { ...request, caller: null }
    if (caller.auth) yield { ...request, caller: { identity: caller.identity, claims: caller.claims } }
    for (const claims of smallerValues(caller.claims)) yield { ...request, caller: { ...caller, claims } }
  }
  // The authentication time depends on it.
  if (time !== TEST_TIME && !caller?.auth) yield { ...request, time: TEST_TIME }
  if (source?.ip !== TEST_SOURCE) yield { ...request, source: { ip: TEST_SOURCE } }
  for (const [name, value] of Object.entries(data))
    for (const smaller of smallerValues(value)) yield { ...request, data: { ...data, [name]: smaller } }
  for (const body of smallerValues(request.body)) yield { ...request, body }
}

/** Yields values with one member or element less, or with a smaller one. */
function* smallerValues(value: unknown): Generator<unknown> {
  if (Array.isArray(value)) {
    for (const at of value.keys()) yield [...value.slice(0, at), ...value.slice(at + 1)]
    for (const [at, element] of value.entries())
      for (const smaller of smallerValues(element)) yield [...value.slice(0, at), smaller, ...value.slice(at + 1)]
  } else if (typeof value === 'object' && value !== null) {
    for (const name of Object.keys(value)) yield without(value, name)
    for (const [name, member] of Object.entries(value))
      for (const smaller of smallerValues(member)) yield { ...value, [name]: smaller }
  }
}

function without<T extends object>(record: T, name: string): T {
  return Object.fromEntries(Object.entries(record).filter(([key]) => key !== name)) as T
}
