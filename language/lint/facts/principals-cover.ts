import type { Identity, Principal } from '../../checker/model.ts'

/** Returns whether every caller of `inner` is certainly one of `outer`. */
export function principalsCover(
  outer: readonly Principal[],
  inner: readonly Principal[],
  identities: readonly Identity[],
): boolean {
  return inner.every((principal) => coversOne(outer, principal, identities))
}

function coversOne(outer: readonly Principal[], inner: Principal, identities: readonly Identity[]): boolean {
  const has = (kind: Principal['kind']) => outer.some((one) => one.kind === kind)
  if (has('anyone')) return true
  switch (inner.kind) {
    case 'anonymous':
      return has('anonymous')
    case 'anyone':
      return has('anonymous') && coversOne(outer, { kind: 'authenticated' }, identities)
    case 'authenticated':
      return has('authenticated') || identities.every((identity) => coversOne(outer, { kind: 'identity', identity }, identities))
    case 'identity':
      return has('authenticated') || outer.some((one) => isAllOf(one, inner.identity))
    case 'role': {
      const { role } = inner
      if (has('authenticated') || outer.some((one) => one.kind === 'role' && one.role === role)) return true
      return role.identities.every((identity) => coversOne(outer, { kind: 'identity', identity }, identities))
    }
  }
}

function isAllOf(principal: Principal, identity: Identity): boolean {
  if (principal.kind === 'identity') return principal.identity === identity
  return principal.kind === 'role' && principal.role.condition === null && principal.role.identities.includes(identity)
}
