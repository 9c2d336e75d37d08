/**
 * Variables that pass numbers to and from functions without boxing. V8 boxes a number that is not a small integer at each call
 * that it does not inline. It always inlines functions of up to 27 bytes of bytecode (`max_inlined_bytecode_size_small`), and
 * longer ones only while the caller stays small. Functions that take or return any number are therefore that short, store the
 * number here, and call the function that does the work. `tests/allocation` fails if a decision boxes a number.
 */
export const scratch = {
  // No small integers, so that a number of any size is written where these are.
  left: 0.5,
  right: 0.5,
  result: 0.5,
}
