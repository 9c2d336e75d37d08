import type { Manifest } from '../../runtime/abi/index.ts'
import type { AttestationSigner } from './attestation-key.ts'

/** The predicate type of SLSA provenance 1.0, cosign's `slsaprovenance1`. */
export const PREDICATE_TYPE = 'https://slsa.dev/provenance/v1'

/** Identifies the parameters of the build below to readers of the provenance. */
const BUILD_TYPE = 'urn:iap-proxy:build:policy:1'

const PAYLOAD_TYPE = 'application/vnd.in-toto+json'

/** Where a bundle was built, from which sources. */
export interface BuildOrigin {
  /** URI of the builder, such as the workflow. */
  readonly builder: string
  /** URI of this run of the builder. */
  readonly run: string | null
  /** The repository and its commit. */
  readonly source: { readonly uri: string; readonly commit: string } | null
}

/**
 * Returns an in-toto statement (v1) that a bundle has this origin: SLSA provenance 1.0.
 *
 * @param name the repository in the registry
 * @param digest hexadecimal SHA-256 of the artifact's manifest
 */
export function provenanceOf(name: string, digest: string, manifest: Manifest, { builder, run, source }: BuildOrigin): object {
  const { revision, sequence, expires, compiler } = manifest
  return {
    _type: 'https://in-toto.io/Statement/v1',
    subject: [{ name, digest: { sha256: digest } }],
    predicateType: PREDICATE_TYPE,
    predicate: {
      buildDefinition: {
        buildType: BUILD_TYPE,
        externalParameters: { revision, sequence, ...(expires !== undefined && { expires }) },
        internalParameters: { compiler },
        resolvedDependencies: source === null ? [] : [{ uri: source.uri, digest: { gitCommit: source.commit } }],
      },
      runDetails: { builder: { id: builder }, ...(run !== null && { metadata: { invocationId: run } }) },
    },
  }
}

/** Returns the DSSE envelope (v1) of a statement, as JSON. */
export function signedEnvelope(statement: object, signer: AttestationSigner): Buffer {
  const payload = Buffer.from(JSON.stringify(statement))
  const head = `DSSEv1 ${Buffer.byteLength(PAYLOAD_TYPE)} ${PAYLOAD_TYPE} ${payload.length} `
  const sig = signer(Buffer.concat([Buffer.from(head), payload])).toString('base64')
  const signatures = [{ keyid: '', sig }]
  return Buffer.from(JSON.stringify({ payloadType: PAYLOAD_TYPE, payload: payload.toString('base64'), signatures }))
}
