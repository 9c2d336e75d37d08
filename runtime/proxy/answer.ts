import { type IncomingMessage, ServerResponse } from 'node:http'
import type { Exchange } from './exchange.ts'

/** Node's answer, which knows what it belongs to: a connection that breaks tells only of its answer. */
export class Answer extends ServerResponse<IncomingMessage> {
  exchange: Exchange | null = null
}
