import type { CancellationToken } from 'vscode-languageserver'
import {
  LSPErrorCodes,
  ResponseError,
  type TextDocumentIdentifier,
  type TextDocumentPositionParams,
} from 'vscode-languageserver-protocol'
import type { ConfigFile } from './config/config-files.ts'
import { offsetOf } from './text/positions.ts'
import type { PolicyFile, Workspace } from './workspace/workspace.ts'

/** Handlers of requests about a document, made of functions from a policy or a configuration to an answer. */
export class DocumentRequests {
  readonly #workspace: Workspace

  constructor(workspace: Workspace) {
    this.#workspace = workspace
  }

  /**
   * Returns a handler of requests about a whole document or a range of it.
   *
   * @param nothing the answer for documents that are neither
   * @param inConfig if absent, configurations have no answer
   * @throws ResponseError from the handler if the request was cancelled
   */
  about<P extends { readonly textDocument: TextDocumentIdentifier }, R>(
    nothing: R,
    inPolicy: (policy: PolicyFile, params: P) => R,
    inConfig?: (config: ConfigFile, params: P) => R,
  ): (params: P, token: CancellationToken) => R {
    return (params, token) => {
      if (token.isCancellationRequested) return cancelled()
      const { uri } = params.textDocument
      const policy = this.#workspace.policyAt(uri)
      if (policy !== null) return inPolicy(policy, params)
      const config = inConfig === undefined ? null : this.#workspace.configAt(uri)
      return config === null || inConfig === undefined ? nothing : inConfig(config, params)
    }
  }

  /** Returns a handler of requests about a position, as `about` does; the functions have its offset. */
  at<P extends TextDocumentPositionParams, R>(
    nothing: R,
    inPolicy: (policy: PolicyFile, offset: number, params: P) => R,
    inConfig?: (config: ConfigFile, offset: number, params: P) => R,
  ): (params: P, token: CancellationToken) => R {
    return this.about<P, R>(
      nothing,
      (policy, params) => inPolicy(policy, offsetOf(policy.source, params.position), params),
      inConfig && ((config, params) => inConfig(config, offsetOf(config.source, params.position), params)),
    )
  }
}

/**
 * Returns an answer.
 *
 * @param answer a string is the reason for which there is none
 * @throws ResponseError with that reason
 */
export function orRefuse<R>(answer: R | string): R {
  return typeof answer === 'string' ? refuse(answer) : answer
}

export function cancelled(): never {
  throw new ResponseError(LSPErrorCodes.RequestCancelled, 'the request was cancelled')
}

export function refuse(why: string): never {
  throw new ResponseError(LSPErrorCodes.RequestFailed, why)
}
