import { GRPC } from '../../../base/grpc.ts'
import type { CheckVerdict, PermittedCheck, RefusedCheck } from '../check-answer.ts'
import type { CheckResponseMessage, HeaderOptionMessage } from './service/index.ts'

/** What a decision says about its caller, for access logs and other filters of the asking proxy. */
export interface DecisionMetadata {
  readonly identity: string | null
  readonly subject: string | null
  /** Service of the policy whose rules decided. */
  readonly service: string | null
  readonly rule: string | null
  readonly revision: string | null
}

/** Returns the response to a check, without the headers that are always removed. Only a permit has the code 0. */
export function checkResponse(verdict: CheckVerdict, metadata: DecisionMetadata): CheckResponseMessage {
  const dynamicMetadata = { fields: fieldsOf(metadata) }
  return verdict.kind === 'permitted'
    ? { status: { code: GRPC.ok }, okResponse: okResponse(verdict), dynamicMetadata }
    : { status: { code: codeOf(verdict.status) }, deniedResponse: deniedResponse(verdict), dynamicMetadata }
}

function codeOf(status: number): number {
  if (status === 401) return GRPC.unauthenticated
  if (status === 429) return GRPC.resourceExhausted
  return status >= 500 ? GRPC.unavailable : GRPC.permissionDenied
}

/** `HeaderAppendAction` of Envoy. */
const APPEND_IF_EXISTS_OR_ADD = 0
const OVERWRITE_IF_EXISTS_OR_ADD = 2

function okResponse({ set, remove, response }: PermittedCheck): NonNullable<CheckResponseMessage['okResponse']> {
  return {
    headers: set.map(([key, value]) => ({ header: { key, value }, appendAction: OVERWRITE_IF_EXISTS_OR_ADD })),
    headersToRemove: remove,
    responseHeadersToAdd: optionsOf(response, ADDED_TO_SERVICES),
  }
}

function deniedResponse({ status, headers, body }: RefusedCheck): NonNullable<CheckResponseMessage['deniedResponse']> {
  return { status: { code: status }, headers: optionsOf(headers), body: body.toString() }
}

/** What caches must distinguish for the service stays so: `Vary: Cookie` must not become `Vary: Origin`. */
const ADDED_TO_SERVICES: readonly string[] = ['vary']

/**
 * The first line of a name replaces others; further ones, as of `Set-Cookie`, are added. Envoy itself counts the body.
 *
 * @param added lower-case names whose first line is added, too
 */
function optionsOf(lines: readonly string[], added: readonly string[] = []): readonly HeaderOptionMessage[] {
  const options: HeaderOptionMessage[] = []
  const seen = new Set(added)
  for (let at = 0; at < lines.length; at += 2) {
    const [key = '', value = ''] = lines.slice(at, at + 2)
    const name = key.toLowerCase()
    if (name === 'content-length') continue
    options.push({ header: { key, value }, appendAction: seen.has(name) ? APPEND_IF_EXISTS_OR_ADD : OVERWRITE_IF_EXISTS_OR_ADD })
    seen.add(name)
  }
  return options
}

const METADATA = ['identity', 'subject', 'service', 'rule', 'revision'] as const

function fieldsOf(metadata: DecisionMetadata): CheckResponseMessage['dynamicMetadata']['fields'] {
  const fields: { readonly key: string; readonly value: { readonly stringValue: string } }[] = []
  for (const key of METADATA) {
    const value = metadata[key]
    if (value !== null) fields.push({ key, value: { stringValue: value } })
  }
  return fields
}
