import { type PrivateSigningKey, readSigningKey } from '../../compiler/bundle/index.ts'
import type { DiagnosticJson as Diagnostic, PlaceJson as Place } from '../../compiler/project/diagnostic-json.ts'
import { diagnosticJson, makeBundle, spanJson } from '../../compiler/project/index.ts'
import { expiryText } from '../../runtime/abi/index.ts'
import { CompileError } from './compile-error.ts'
import type { SigningJwk } from './generate-keys.ts'
import { readChecked, stopped } from './read-sources.ts'
import type { FileSources, TextSources } from './sources.ts'

export type CompileOptions = (TextSources | FileSources) & {
  /** Private Ed25519 keys, JWK or PEM; each signs the bundle. None: an unsigned bundle, which proxies refuse by default. */
  readonly sign?: readonly (string | SigningJwk)[]
  /** An integer from 0. Default: 0. A proxy never goes back to a lower one. */
  readonly sequence?: number
  /** Expiry of the bundle: whole seconds, up to the year 9999. Default: never. */
  readonly expires?: Date
}

export type CompileResult =
  | {
      readonly ok: true
      /** For `load`, `iap run` and `iap verify`: equal bytes for equal sources, sequence and keys. */
      readonly bundle: Uint8Array
      /** `sha256:…` of the content. */
      readonly revision: string
      /** Warnings, sorted by file and place. */
      readonly diagnostics: readonly Diagnostic[]
      readonly failures: readonly []
    }
  | {
      readonly ok: false
      /** Sorted by file and place. Without an error, a test or invariant failed. */
      readonly diagnostics: readonly Diagnostic[]
      readonly failures: readonly Failure[]
    }

/** A failed test, or an invariant that is broken, or unknown without `allow unknown`. */
export type Failure = Place & { readonly name: string } & (
    | {
        readonly kind: 'test'
        /** In the test's words: `permit by billing_reads`. */
        readonly expected: string
        readonly actual: string
        /** Explains the decision in lines of text. */
        readonly explanation: string
      }
    | {
        readonly kind: 'invariant'
        /** A `test` block with a request that breaks it; null: unknown. */
        readonly witness: string | null
        /** Unprovable expressions of the policy; empty if it is broken. */
        readonly unknown: readonly string[]
      }
  )

/**
 * Checks, tests and compiles policies into a bundle, as `iap build` does. Problems of the policies are in the result: with an
 * error, a failing test, or a broken or unknown invariant there is no bundle.
 *
 * @throws CompileError
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

/** Formats a time for a manifest. @throws RangeError */
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
