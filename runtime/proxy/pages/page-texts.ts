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
    readonly signOut: string
    /** Text before the name of the person who is signed in. */
    readonly signedInAs: string
    /** Button that copies the request ID, and its text afterwards. */
    readonly copy: string
    readonly copied: string
  }
  /** Additional paragraph, such as whom to ask for help; `null` for none. */
  readonly note: string | null
  /** Texts by error code. The object has no prototype. */
  readonly errors: Readonly<Record<string, ErrorTexts>>
}

export type LinkLabel = 'otherAccount' | 'signInAgain' | 'signOut'

export interface ErrorTexts {
  readonly title?: string
  readonly detail?: string
  readonly advice?: string
}

export const defaultTexts: PageTexts = {
  lang: 'en',
  labels: {
    advice: 'What you can do',
    requestId: 'Request ID',
    status: 'Status',
    otherAccount: 'Sign in with another account',
    signInAgain: 'Sign in again',
    signOut: 'Sign out',
    signedInAs: 'You are signed in as',
    copy: 'Copy',
    copied: 'Copied',
  },
  note: null,
  errors: Object.create(null),
}
