/** Generates keys and exports them, while the garbage collector runs as often as it can. */
import { generateSigningKey, privateJwk } from '../../compiler/bundle/index.ts'
import { generatePrivateKey } from '../../runtime/base/generate-private-key.ts'

/** Returns how many of `count` private keys differ. */
function differing(count: number, generate: () => string | undefined): number {
  const seen = new Set<string | undefined>()
  for (let at = 0; at < count; at++) seen.add(generate())
  return seen.size
}

const ed25519 = differing(4000, () => privateJwk(generateSigningKey()).d)
const p256 = differing(1000, () => generatePrivateKey().export({ format: 'jwk' }).d)
console.log(ed25519 + p256)
