import type { Expression } from '../../../syntax/ast.ts'

/**
 * Expressions that were reported to be beyond a bound. What calls a def with such a body is so too, and that is no further
 * mistake: what is worked out of it is NaN, which is beyond nothing.
 */
export const beyondBounds = new WeakSet<Expression>()
