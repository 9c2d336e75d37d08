import type { Head } from './chain.ts'

const TAIL = /,"stream":"([\w-]{16})","seq":(0|[1-9]\d{0,15}),"hash":"([\w-]{43})"\}$/

/** Where a line of a chain says that it stands; null: it is none. */
export function headOf(line: string): Head | null {
  const [, stream, seq, hash] = TAIL.exec(line) ?? []
  return stream === undefined || hash === undefined ? null : { stream, seq: Number(seq), hash }
}
