import { isString, shapeOf } from '../../../base/values.ts'
import type { Head } from '../chain.ts'
import type { Witnessed } from '../own-records.ts'

export type OwnRecord = StreamRecord | CheckpointRecord

interface StreamRecord {
  readonly kind: 'stream'
  readonly process: string
  readonly after: Head | null
}

export interface CheckpointRecord {
  readonly kind: 'checkpoint'
  readonly end: boolean
  readonly head: Head
  readonly streams: readonly Witnessed[]
  readonly key: string | null
  readonly signature: string | null
  /** Part of the line that the signature covers. */
  readonly signed: string
}

/**
 * Parses a record that the log writes about itself: the start of a hash chain, or a checkpoint. Returns `null` if the line is of
 * another kind or was not written by this proxy.
 */
export function readOwnRecord(text: string): OwnRecord | null {
  let json: { readonly [member: string]: unknown }
  try {
    json = JSON.parse(text)
  } catch {
    return null
  }
  const { kind, after, head, streams, key, signature, end } = json
  if (kind === 'stream') return { kind, process: String(json.process), after: isHead(after) ? after : null }
  if (kind !== 'checkpoint' || !isHead(head) || !Array.isArray(streams)) return null
  return {
    kind,
    end: end === true,
    head,
    streams: streams.filter((stream) => isHead(stream)) as Witnessed[],
    key: typeof key === 'string' ? key : null,
    signature: typeof signature === 'string' ? signature : null,
    signed: text.slice(0, text.lastIndexOf(',"signature":')),
  }
}

const isHead = shapeOf({ stream: isString, seq: Number.isSafeInteger, hash: isString }) as (value: unknown) => value is Head
