/** Texts of the proxy's pages, which an operator can replace. */
export interface PageTexts {
  /** Language tag of all texts (RFC 5646). */
  readonly lang: string
  readonly labels: {
    /** Heading above the advice for the user. */
    readonly advice: string
    readonly requestId: string
    readonly status: string
    readonly otherAccount: string
    readonly signInAgain: string
  }
  /** Additional paragraph, such as whom to ask for help; `null` for none. */
  readonly note: string | null
  /** Texts by error code. The object has no prototype. */
  readonly errors: Readonly<Record<string, ErrorTexts>>
}

export type LinkLabel = 'otherAccount' | 'signInAgain'

export interface ErrorTexts {
  readonly title?: string
  readonly detail?: string
  readonly advice?: string
}

export const defaultTexts: PageTexts = {
  lang: 'en',
  labels: {
    advice: 'What you can do',
    requestId: 'Request id',
    status: 'Status',
    otherAccount: 'Sign in with another account',
    signInAgain: 'Sign in again',
  },
  note: null,
  errors: Object.create(null),
}
