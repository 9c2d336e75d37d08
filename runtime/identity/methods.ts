import { jwt } from './jwt.ts'
import type { IdentityMethod } from './method.ts'

/** In the order in which a request is asked for a credential. The first that it carries counts, and no other is tried. */
export const methods: readonly IdentityMethod[] = [jwt]
