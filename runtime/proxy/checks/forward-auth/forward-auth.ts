import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import type { Trust } from '../../../../request/index.ts'
import { messageOf } from '../../../base/errors.ts'
import { tlsConnectionOf } from '../../../tls/index.ts'
import { endConnection, hasEnded, peerOf } from '../../connections/index.ts'
import { checkListenerOf } from '../../pipeline/check-pipeline.ts'
import type { Listener } from '../../pipeline/pipeline.ts'
import type { ProxyContext } from '../../proxy-context.ts'
import { isTrusted } from '../canonical-check.ts'
import type { CheckVerdict } from '../check-answer.ts'
import type { CheckedRequest } from '../check-incoming.ts'
import { CheckMemory } from '../check-memory.ts'
import type { CheckServerOptions } from '../check-server.ts'
import type { FrontHeaders } from '../permitted-headers.ts'
import { RareWarning } from '../rare-warning.ts'
import { runCheck } from '../run-check.ts'
import {
  type CheckResponse,
  denialResponse,
  permitResponse,
  plainResponse,
  REFUSAL_HEADER,
  refusalResponse,
  responseOf,
} from './check-response.ts'
import { type CheckBody, checkedByHeaders, faultyCheck, ownCertificateHeader } from './checked-by-headers.ts'
import { frontHeadersOf } from './cleared-headers.ts'
import { frontAddressOf } from './front-address.ts'
import { type OriginalOptions, type OriginalRequest, readOriginal } from './original-request.ts'
import { isSendingBody, readCheckBody } from './read-check-body.ts'
import type { SealedRefusals } from './sealed-refusals.ts'

/** Path of the second request of nginx, for the response to a client whose request was refused. */
const REFUSAL_PATH = '/.iap/refusal'

interface Options extends OriginalOptions, Pick<CheckServerOptions, 'mayAsk' | 'source'> {
  readonly trust: Trust | null
}

/** Answers the checks of a listener. */
export class ForwardAuth {
  readonly #proxy: ProxyContext
  readonly #listener: Listener
  readonly #options: Options
  readonly #front: FrontHeaders
  /** The same if a proxy of `trust` is the peer of the front. */
  readonly #frontBehindProxy: FrontHeaders
  readonly #refusals: SealedRefusals
  readonly #memory: CheckMemory
  readonly #notAllowed: RareWarning
  readonly #tooLong: RareWarning
  readonly #lost: RareWarning

  constructor(proxy: ProxyContext, options: Options, refusals: SealedRefusals) {
    this.#proxy = proxy
    this.#listener = checkListenerOf(proxy, options.source)
    this.#options = options
    const { original, trust, allHeaders } = options
    this.#front = frontHeadersOf(original, ownCertificateHeader(trust), allHeaders)
    this.#frontBehindProxy = frontHeadersOf(original, trust?.certificate, allHeaders)
    this.#refusals = refusals
    this.#memory = new CheckMemory(proxy)
    this.#notAllowed = new RareWarning(proxy, 'a proxy that `clients` does not name asked for decisions')
    this.#tooLong = new RareWarning(proxy, 'a refusal is too long for nginx, so the client gets no page and no redirect')
    this.#lost = new RareWarning(
      proxy,
      'a refusal could not be opened, so the client gets no page: do all processes have the same `sessions.keys` and pages?',
    )
  }

  handle(check: IncomingMessage, response: ServerResponse): void {
    // The connection was refused: what follows is ignored.
    if (hasEnded(check)) return
    // Node may drop what follows `Upgrade`.
    if (this.#proxy.draining || check.headers.upgrade !== undefined) response.shouldKeepAlive = false
    if (this.#options.mayAsk(check.socket)) this.#answer(check, response)
    else {
      this.#notAllowed.report({ code: 'check-not-allowed', source: peerOf(check.socket) ?? null })
      this.#sendLast(check, response, plainResponse(403, 'check-not-allowed'))
    }
  }

  #answer(check: IncomingMessage, response: ServerResponse): void {
    const { original: family, trust, allHeaders } = this.#options
    const head = { method: check.method ?? '', target: check.url ?? '', rawHeaders: check.rawHeaders }
    const original = readOriginal(head, this.#options)
    const isFaulty = 'code' in original
    if (family === 'x-original' && pathOf(head.target) === REFUSAL_PATH) {
      this.#send(check, response, isFaulty ? UNKNOWN : this.#refusalOf(check, original))
    } else if (isFaulty) {
      // The front's fault, not the client's: the front gets the refusal itself.
      const faulty = faultyCheck(head, original, peerOf(check.socket) ?? '')
      this.#run(faulty, check, response, (verdict) => (verdict.kind === 'refused' ? refusalResponse(verdict) : INTERNAL))
    } else {
      const by = { original: family, trust, allHeaders, isFront: frontAddressOf(check.socket) }
      const front = trust !== null && isTrusted(original.peer, trust) ? this.#frontBehindProxy : this.#front
      const decide = (body: CheckBody) =>
        this.#run(checkedByHeaders(original, body, by), check, response, (verdict) => this.#respond(verdict, original), front)
      // nginx sends none. An overloaded proxy refuses, and has no memory for bodies.
      if (family === 'x-original' || this.#proxy.overload.reason !== null) decide('incomplete')
      else {
        const options = { limit: this.#proxy.limits.body, mustSayWhole: family === 'request-line', memory: this.#memory }
        readCheckBody(check, response, options, decide)
      }
    }
  }

  /** Ends the request early if the front closes the connection before its answer. */
  #run(
    checked: CheckedRequest,
    check: IncomingMessage,
    response: ServerResponse,
    respond: (verdict: CheckVerdict) => CheckResponse,
    front = this.#front,
  ): void {
    const abandon = runCheck(
      this.#listener,
      checked,
      transportOf(check.socket),
      (verdict) => {
        const answer = this.#guarded(() => respond(verdict))
        this.#send(check, response, answer)
      },
      front,
    )
    response.once('close', abandon)
  }

  #respond(verdict: CheckVerdict, original: OriginalRequest): CheckResponse {
    const { original: family } = this.#options
    if (verdict.kind === 'permitted') return permitResponse(verdict, original, family)
    if (family !== 'x-original') return refusalResponse(verdict)
    const sealed = this.#refusals.seal(verdict, original)
    if (sealed === null) this.#tooLong.report({ status: verdict.status })
    return denialResponse(verdict, sealed)
  }

  #refusalOf({ headersDistinct }: IncomingMessage, original: OriginalRequest): CheckResponse {
    const [sealed, ...others] = headersDistinct[REFUSAL_HEADER] ?? []
    const refusal = sealed === undefined || others.length > 0 ? null : this.#refusals.open(sealed, original)
    if (refusal !== null) return responseOf(refusal)
    // Clients cannot cause this: the front replaces what they send.
    this.#lost.report({ code: 'check-refused' })
    return UNKNOWN
  }

  /** An exception here would leave the front without an answer. */
  #guarded(respond: () => CheckResponse): CheckResponse {
    try {
      return respond()
    } catch (error) {
      this.#proxy.log.error('a check could not be answered', { code: 'internal', error: messageOf(error) })
      return INTERNAL
    }
  }

  #send(check: IncomingMessage, response: ServerResponse, answer: CheckResponse): void {
    if (response.destroyed || response.headersSent) return
    // nginx may announce a body that it does not send; the next check would be taken for it.
    if (isSendingBody(check)) response.shouldKeepAlive = false
    try {
      response.writeHead(answer.status, answer.headers)
    } catch (error) {
      // Node refuses values that HTTP cannot carry.
      this.#proxy.log.error('a check could not be answered', { code: 'internal', error: messageOf(error) })
      response.writeHead(INTERNAL.status, INTERNAL.headers)
      return void response.end(INTERNAL.body)
    }
    // Without a body, Node writes the head alone, which costs half as much as both.
    if (answer.body.length === 0) response.end()
    else response.end(answer.body)
  }

  /** Answers, and closes the connection without reading on. */
  #sendLast(check: IncomingMessage, response: ServerResponse, answer: CheckResponse): void {
    response.shouldKeepAlive = false
    endConnection(check)
    this.#send(check, response, answer)
    setTimeout(() => check.socket.destroy(), this.#proxy.limits.linger).unref()
  }
}

const INTERNAL = plainResponse(500, 'internal')
/** No refusal fits the second request. */
const UNKNOWN = plainResponse(403, 'check-refused')

function transportOf(socket: Socket): Socket {
  return tlsConnectionOf(socket)?.transport ?? socket
}

function pathOf(target: string): string {
  return target.split('?', 1)[0] as string
}
