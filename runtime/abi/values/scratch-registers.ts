/**
 * Numbers on their way into a function and out of it. V8 makes an object of a number that is no small integer where it is handed
 * to a function, or comes back from one, unless that is put in place of its call. Of functions of up to 27 bytes of bytecode it
 * does that everywhere (`max_inlined_bytecode_size_small`), of longer ones only as long as the caller does not grow too much. So
 * what takes or gives numbers of every size is that short, writes them here, and calls what does the work. `tests/allocation`
 * fails if a decision makes such an object.
 */
export const scratch = {
  // No small integers, so that a number of any size is written where these are.
  left: 0.5,
  right: 0.5,
  result: 0.5,
}
