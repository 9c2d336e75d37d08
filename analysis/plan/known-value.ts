import { type Environment, ERROR, evaluateIr } from '../../compiler/ir/evaluation/evaluate.ts'
import { children, type Expr } from '../../compiler/ir/index.ts'
import type { Certificate } from '../../runtime/abi/index.ts'
import type { Knowledge } from './known-request.ts'

/**
 * Evaluates an expression whose inputs are all known. Returns `ERROR` if evaluation errs, or if an input is missing that a guard
 * outside of the expression protects.
 */
export function knownValue(expression: Expr, knowledge: Knowledge): unknown {
  try {
    return evaluateIr(expression, worldOf(expression, knowledge)) ?? (isOptional(expression) ? null : ERROR)
  } catch (error) {
    if (error instanceof TypeError) return ERROR
    throw error
  }
}

/** An optional without a value is null. */
function isOptional({ type }: Expr): boolean {
  return type.kind === 'optional'
}

function worldOf(expression: Expr, { known, identity, identityIndex, variables }: Knowledge): Environment {
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
    mtls: identity?.spiffe ? (known.caller?.fields as unknown as Certificate) : null,
    query: (known.query ?? {}) as Environment['query'],
    body: undefined,
    data: known.data ?? {},
    variables,
  }
}

function nameParams(expression: Expr, values: Readonly<Record<string, unknown>>, params: unknown[]): void {
  if (expression.kind === 'Param') params[expression.index] = values[expression.name]
  for (const child of children(expression)) nameParams(child, values, params)
}
