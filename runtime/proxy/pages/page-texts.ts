/** What pages say in place of what they say by themselves. */
export interface PageTexts {
  /** Of all that is here (RFC 5646). */
  readonly lang: string
  readonly labels: {
    /** Above what to do. */
    readonly advice: string
    readonly requestId: string
    readonly status: string
    /** Links. */
    readonly otherAccount: string
    readonly signInAgain: string
  }
  /** A paragraph more, below what to do: whom to ask. */
  readonly note: string | null
  /** By code. No prototype. */
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
