/** Milliseconds after which what has not come is missing. It bounds a hang, and expects no speed. Programs without a test runner read it, too. */
export const HANG = 120_000
