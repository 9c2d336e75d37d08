import { type PrivateSigningKey, readSigningKey } from '../../compiler/bundle/index.ts'
import type { DiagnosticJson as Diagnostic, PlaceJson as Place } from '../../compiler/project/diagnostic-json.ts'
import { diagnosticJson, makeBundle, spanJson } from '../../compiler/project/index.ts'
import { expiryText } from '../../runtime/abi/index.ts'
import { CompileError } from './compile-error.ts'
import type { SigningJwk } from './generate-keys.ts'
import { readChecked, stopped } from './read-sources.ts'
import type { FileSources, TextSources } from './sources.ts'

export type CompileOptions = (TextSources | FileSources) & {
  /** Private Ed25519 keys, JWK or PEM; several sign one bundle. None: an unsigned bundle, which no proxy takes by itself. */
  readonly sign?: readonly (string | SigningJwk)[]
  /** A whole number from 0, which it is where left out. A proxy never goes back to a lower one. */
  readonly sequence?: number
  /** From then on nobody takes the bundle: whole seconds, up to the year 9999. Left out: it has no end. */
  readonly expires?: Date
}

export type CompileResult =
  | {
      readonly ok: true
      /** What `load`, `iap run` and `iap verify` read: the same bytes for the same sources, sequence and keys. */
      readonly bundle: Uint8Array
      /** `sha256:…` of what the bundle holds. */
      readonly revision: string
      /** Warnings, sorted by file and place. */
      readonly diagnostics: readonly Diagnostic[]
      readonly failures: readonly []
    }
  | {
      readonly ok: false
      /** Sorted by file and place; without an error among them, a test or an invariant failed. */
      readonly diagnostics: readonly Diagnostic[]
      readonly failures: readonly Failure[]
    }

/**
 * A test that does not hold, or an invariant that a request breaks, or that cannot be proved and does not say `allow unknown`.
 */
export type Failure = Place & { readonly name: string } & (
    | {
        readonly kind: 'test'
        /** As the test writes it: `permit by billing_reads`. */
        readonly expected: string
        readonly actual: string
        /** Why it was decided so, as lines of text. */
        readonly explanation: string
      }
    | {
        readonly kind: 'invariant'
        /** A `test` block with a request that breaks it; null: nobody can tell whether one does. */
        readonly witness: string | null
        /** What nobody can tell, as the policy has it; empty where it is broken. */
        readonly unknown: readonly string[]
      }
  )

/**
 * Checks, tests and compiles policies into a bundle, as `iap build` does. What is wrong with the policies is in the result; a
 * policy with an error, a failing test, or an invariant that is broken or unknown, makes no bundle.
 *
 * @throws `CompileError`
 */
export async function compile(options: CompileOptions): Promise<CompileResult> {
  const { sequence = 0 } = options
  const expires = options.expires === undefined ? null : expiresAt(options.expires)
  const signers = (options.sign ?? []).map(signerOf)
  const checked = readChecked(options)
  const diagnostics = checked.diagnostics.map(diagnosticJson)
  const made = await makeBundle(checked, { sequence, expires, signers }).catch(stopped('source-name'))
  switch (made.kind) {
    case 'errors':
      return { ok: false, diagnostics, failures: [] }
    case 'failed': {
      const failed = made.built.tests.filter(({ passed }) => !passed)
      const failures = failed.map(
        ({ name, span, expected, actual, explanation }): Failure => ({
          kind: 'test',
          name,
          ...spanJson(span),
          expected,
          actual,
          explanation: explanation ?? '',
        }),
      )
      return { ok: false, diagnostics, failures }
    }
    case 'refused': {
      const failures = made.refused.map(
        ({ name, invariant, witness, why }): Failure => ({
          kind: 'invariant',
          name,
          ...spanJson(checked.seen(invariant.declaration.name.span)),
          witness,
          unknown: why.map(({ text }) => text),
        }),
      )
      return { ok: false, diagnostics, failures }
    }
    case 'made':
      return { ok: true, bundle: made.bytes, revision: made.built.policy.revision, diagnostics, failures: [] }
  }
}

/** A time → as a manifest has it. Throws `RangeError`. */
function expiresAt(time: Date): string {
  const expires = expiryText(time.getTime())
  if (expires === null) throw new RangeError('`expires` is no time of the years to 9999')
  return expires
}

function signerOf(key: string | SigningJwk): PrivateSigningKey {
  const read = readSigningKey(typeof key === 'string' ? key : JSON.stringify(key))
  if (!read.ok) throw new CompileError('key', `a key cannot sign: ${read.message}`)
  return read.key
}
