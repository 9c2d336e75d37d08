/** For the end of a `switch` over a `kind`: does not compile while a kind is missing. */
export function unreachable(node: never): never {
  throw new Error(`unexpected ${JSON.stringify(node)}`)
}
