import { type PrivateSigningKey, readSigningKey } from '../../compiler/bundle/index.ts'
import type { DiagnosticJson as Diagnostic, PlaceJson as Place } from '../../compiler/project/diagnostic-json.ts'
import { diagnosticJson, makeBundle, spanJson } from '../../compiler/project/index.ts'
import { expiryText } from '../../runtime/abi/index.ts'
import { CompileError } from './compile-error.ts'
import type { SigningJwk } from './generate-keys.ts'
import { readChecked, stopped } from './read-sources.ts'
import type { FileSources, TextSources } from './sources.ts'

/** Options of `compile`: the sources, as texts or as files, and the properties of the bundle. */
export type CompileOptions = (TextSources | FileSources) & {
  /**
   * Private Ed25519 keys that sign the bundle, as JWK (RFC 8037) or PEM (PKCS #8). Without a key the bundle is unsigned, and a
   * proxy refuses it by default.
   */
  readonly sign?: readonly (string | SigningJwk)[]
  /**
   * Position of the bundle among its releases: an integer from 0. A proxy never replaces a bundle by one with a lower sequence.
   * Default: 0.
   */
  readonly sequence?: number
  /** Expiry of the bundle, truncated to whole seconds, up to the year 9999. Default: never. */
  readonly expires?: Date
}

/** Result of `compile`: a bundle with warnings, or the reasons for which there is no bundle. */
export type CompileResult =
  | {
      /** Whether there is a bundle. */
      readonly ok: true
      /**
       * The bundle's bytes, for `load`, `iap run` and `iap verify`. Equal sources, sequence, expiry and keys give equal bytes.
       */
      readonly bundle: Uint8Array
      /** Digest of the bundle's content: `sha256:` and 64 hexadecimal digits. */
      readonly revision: string
      /** Warnings, sorted by file and position. */
      readonly diagnostics: readonly Diagnostic[]
      /** Empty: every test passed and no invariant failed. */
      readonly failures: readonly []
    }
  | {
      /** Whether there is a bundle. */
      readonly ok: false
      /** Errors and warnings, sorted by file and position. Without an error, `failures` says why there is no bundle. */
      readonly diagnostics: readonly Diagnostic[]
      /** Failed tests and invariants; empty if there are errors, as tests then do not run. */
      readonly failures: readonly Failure[]
    }

/** A failed test, or an invariant that a request breaks or that cannot be proved and lacks `allow unknown`. */
export type Failure = Place & {
  /** Name of the test or invariant. */
  readonly name: string
} & (
    | {
        /** `test` for a failed test. */
        readonly kind: 'test'
        /** Expected decision in the words of the test: `permit by billing_reads`. */
        readonly expected: string
        /** Decision that was made, in the same words as `expected`. */
        readonly actual: string
        /** Explanation of the decision: lines of text, each rule with its clauses. */
        readonly explanation: string
      }
    | {
        /** `invariant` for a failed invariant. */
        readonly kind: 'invariant'
        /**
         * A `test` block in the policy language with a request that breaks the invariant; `null` if the invariant cannot be
         * proved.
         */
        readonly witness: string | null
        /** Expressions of the policy that prevent a proof, as written; empty if a request breaks the invariant. */
        readonly unknown: readonly string[]
      }
  )

/**
 * Checks, tests, proves and compiles policies into a bundle, as `iap build` does.
 *
 * Problems of the policies are part of the result. There is no bundle if the policies have an error, a test fails, or an
 * invariant is broken or unknown.
 *
 * @param options the sources, and the keys, sequence and expiry of the bundle
 * @returns the bundle with its revision and warnings, or the diagnostics and failures
 * @throws CompileError with the code `files`, `source-name` or `key` if a source or a key cannot be used, and with `too-large` if
 *   the bundle would be larger than proxies accept
 * @throws RangeError if `sequence` is not an integer from 0, or `expires` is not a time up to the year 9999
 *
 * @example
 * ```ts
 * import { compile, generateKeys } from 'iap-proxy/compiler'
 *
 * const text = `
 * label internal
 * identity staff via jwt { sub: string }
 * service orders at "orders.shop.example" { route read GET "/orders/{id: int}" is internal }
 * permit staff_reads on orders.read to staff
 * `
 * const { privateKey } = generateKeys()
 * const result = await compile({ sources: [{ name: 'orders.iap', text }], sign: [privateKey], sequence: 1 })
 * for (const { severity, code, message, file, start } of result.diagnostics)
 *   console.error(`${file}:${start.line}:${start.column} ${severity} ${code}: ${message}`)
 * console.log(result.ok) // true
 * ```
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
  if (expires === null) throw new RangeError('`expires` must be a valid `Date` before the year 10000')
  return expires
}

function signerOf(key: string | SigningJwk): PrivateSigningKey {
  const read = readSigningKey(typeof key === 'string' ? key : JSON.stringify(key))
  if (!read.ok) throw new CompileError('key', `a key cannot sign: ${read.message}`)
  return read.key
}
