import { evaluateIr, type World } from '../ir/evaluate.ts'
import { children, type Expr } from '../ir/index.ts'
import type { Knowledge } from './known.ts'

/** The value of what is known; `ERROR` where it errs, undefined where it is not there. */
export function knownValue(expression: Expr, knowledge: Knowledge): unknown {
  return evaluateIr(expression, worldOf(expression, knowledge))
}

function worldOf(expression: Expr, { known, identityIndex, variables }: Knowledge): World {
  const params: unknown[] = []
  nameParams(expression, known.params ?? {}, params)
  const headers = Object.entries(known.headers ?? {}).filter((one): one is [string, string] => one[1] !== null)
  return {
    params,
    caller: known.caller?.fields ?? {},
    roles: [],
    identity: identityIndex,
    auth: known.caller?.auth ?? { time: null, acr: null, mfa: false },
    request: {
      method: known.method ?? '',
      host: known.host ?? '',
      path: '',
      time: known.time,
      sourceIp: known.sourceIp ?? '',
    },
    headers: Object.fromEntries(headers),
    mtls: null,
    query: {},
    body: undefined,
    data: known.data ?? {},
    variables,
  }
}

function nameParams(expression: Expr, values: Readonly<Record<string, unknown>>, params: unknown[]): void {
  if (expression.kind === 'Param') params[expression.index] = values[expression.name]
  for (const child of children(expression)) nameParams(child, values, params)
}
