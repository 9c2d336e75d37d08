import { type Refusal, refusalOf } from '../../refusals/refusal.ts'
import { sendOwn } from '../send-own.ts'
import type { Visit } from '../visit.ts'

/**
 * Sends the proxy's SAML metadata for this host (saml-metadata, section 4.1.1). If several identities have metadata, the query
 * parameter `with` names one.
 */
export async function answerSamlMetadata({ context, request, signIn, at, place }: Visit): Promise<Refusal | null> {
  const known = at.identities.flatMap((identity) => {
    const metadata = signIn.describe(identity, place.origin)
    return metadata === null ? [] : [[identity, metadata] as const]
  })
  const chosen = new URLSearchParams(request.rawQuery).get('with')
  const found = chosen === null && known.length === 1 ? known[0] : known.find(([identity]) => identity === chosen)
  if (found === undefined) return refusalOf('page-not-found')
  context.effect = 'permit'
  return sendOwn(context, { status: 200, text: found[1], type: 'application/samlmetadata+xml' })
}
