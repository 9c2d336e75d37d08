import { CheckAnswer, CheckIncoming, permittedHeaders, unreplacedHeaders } from '../checks/index.ts'
import { ownHeadersOf } from '../forwarding/index.ts'
import { rateLimitLines } from '../rate-limits/index.ts'
import { refusedEarly } from '../refusals/index.ts'
import type { RequestContext, RoutedContext } from '../request-context.ts'
import { noteForwarding } from '../request-lifecycle.ts'
import { refusedByChange } from './refused-by-change.ts'
import { DONE, type StageResult } from './run-stages.ts'

/** Answers a check: the asking proxy may forward the request, with the assertion and the headers of the permit. */
export function permitCheck(context: RequestContext): StageResult {
  const { proxy, incoming, answer, request, route, service, authentication, bearer, limit, requestId } = context as RoutedContext
  const isCheck = incoming instanceof CheckIncoming && answer instanceof CheckAnswer
  if (authentication === null || authentication.kind === 'refused' || !isCheck)
    throw new Error('a request without a caller, or no check, reached the end of a check: this is a bug in iap; report it')
  const changed = refusedByChange(context as RoutedContext)
  if (changed !== null) return changed
  const brought = authentication.kind === 'caller' ? authentication.consumed : NONE
  const added = {
    requestId,
    assertion: proxy.signer.sign(authentication, route.service),
    consumed: bearer === undefined ? brought : [...brought, 'authorization'],
    allowed: service?.identityHeaders ?? NO_NAMES,
    permitted: { own: ownHeadersOf(route), headers: context.obligations.headers },
  }
  const changes = permittedHeaders(request, added, answer.front)
  const { set, remove, alwaysRemove, stripped } = changes
  context.strippedHeaders = stripped
  const { own, headers } = added.permitted
  const isOfRules = (name: string) => own.has(name) || Object.hasOwn(headers, name)
  const unreplaced = unreplacedHeaders(request.headers, changes, answer.front, isOfRules)
  if (changes.kept.length + unreplaced.length > 0) {
    context.detail = [...new Set([...changes.kept, ...unreplaced])].join(', ')
    return refusedEarly(400, 'header-reserved', HEADER_RESERVED, [], false)
  }
  noteForwarding(context)
  answer.permit({
    kind: 'permitted',
    set: bearer ? [...set, ['authorization', `Bearer ${bearer}`]] : set,
    remove: bearer ? remove.filter((name) => name !== 'authorization') : remove,
    alwaysRemove,
    response: [...(limit === null ? [] : rateLimitLines(limit)), ...corsLines(context as RoutedContext)],
  })
  return DONE
}

/** Headers of the response by which pages of other origins may read it. The asking proxy adds them to those of the service. */
function corsLines({ cors, request }: RoutedContext): readonly string[] {
  return cors === null ? NONE : cors.answerLines(request.headers.get('origin'))
}

const HEADER_RESERVED =
  'the request has a header that must not reach the service, and the proxy that asks cannot remove it: send it without'

const NONE: readonly string[] = []
const NO_NAMES: ReadonlySet<string> = new Set()
