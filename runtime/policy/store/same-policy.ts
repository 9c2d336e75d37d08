import { canonicalJson, EXPIRY_NEED, type Manifest } from '../../abi/index.ts'

/** The same files and the same promises: only what may change from build to build does, and until when it counts. */
export function isSamePolicy(a: Manifest, b: Manifest): boolean {
  const promises = ({ sequence, compiler, tests, expires, needs, ...rest }: Manifest) =>
    canonicalJson({ ...rest, needs: needs.filter((need) => need !== EXPIRY_NEED) })
  return a.revision === b.revision && promises(a) === promises(b)
}
