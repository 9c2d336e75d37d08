/**
 * Bytes of a head that a front reads: twice what the canonical request allows, so that it is that which says no, with the right
 * status.
 */
export const MAX_HEAD = 2 * (16384 + 8192)
