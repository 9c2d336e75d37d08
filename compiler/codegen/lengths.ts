/** An expression that is heavier becomes a function of its own. */
export const HEAVY = 6_000
/** A function that is longer is continued in another: V8 optimizes no function of more than 61,440 bytes of bytecode. */
export const LONG_FUNCTION = 16_000
