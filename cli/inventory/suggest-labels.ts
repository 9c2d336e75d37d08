import { isSecretName } from '../../runtime/realm/program/secret-names.ts'

/** Properties of an operation from which labels are suggested: path template, tags, scopes and names. */
export interface Hints {
  readonly template: string
  readonly tags: readonly string[]
  readonly scopes: readonly string[]
  /** Types of the security schemes that the operation requires, such as `mutualTLS`. */
  readonly types: readonly string[]
  /** Names of the parameters and body fields of the operation. */
  readonly names: readonly string[]
  readonly isOpen: boolean
}

export const NO_HINTS: Omit<Hints, 'template'> = { tags: [], scopes: [], types: [], names: [], isOpen: false }

/** Description of each label that may be suggested, for drafts. */
export const LABEL_DOCS: Readonly<Record<string, string>> = {
  pii: 'Personal data.',
  credentials: 'Passwords, keys and other credentials.',
  money: 'Moves money, or shows amounts of money.',
  health: 'Data about the health of a person.',
  internal: 'For operators and machines.',
  public: 'Its API document allows calls without credentials.',
  unreviewed: 'Drafted, and not reviewed yet.',
}

/** Adjacent words of a parameter's or body field's name. */
const NAMES: Readonly<Record<string, readonly string[]>> = {
  pii: [
    ...['email', 'e_mail', 'mail_address', 'phone', 'telephone', 'mobile', 'fax'],
    ...['first_name', 'last_name', 'full_name', 'given_name', 'family_name', 'middle_name', 'surname', 'maiden_name'],
    ...['ssn', 'social_security', 'national_id', 'tax_id', 'passport', 'driving_licence', 'driver_license', 'license_plate'],
    ...['birthday', 'birth_date', 'birthdate', 'date_of_birth', 'dob', 'place_of_birth', 'gender', 'nationality', 'religion'],
    ...['street', 'postcode', 'postal_code', 'zip_code', 'home_address', 'shipping_address', 'billing_address', 'address'],
    ...['password', 'passwd', 'ip_address', 'geolocation', 'latitude'],
  ],
  money: [
    ...['iban', 'bic', 'account_number', 'routing_number', 'sort_code', 'card_number', 'credit_card', 'pan', 'cvv', 'cvc'],
    ...['amount', 'salary', 'balance', 'price'],
  ],
  health: ['diagnosis', 'medication', 'prescription', 'blood_type', 'allergy', 'allergies', 'medical_record', 'insurance_number'],
}

/** A word of a tag, a scope or a path, singular or plural. */
const WORDS: Readonly<Record<string, readonly string[]>> = {
  pii: [
    'pii',
    'gdpr',
    'customer',
    'user',
    'person',
    'people',
    'employee',
    'member',
    'contact',
    'profile',
    'patient',
    'applicant',
  ],
  credentials: ['password', 'credential', 'secret', 'token', 'key'],
  money: [
    ...['money', 'payment', 'payout', 'refund', 'invoice', 'billing', 'charge', 'transfer', 'transaction', 'salary'],
    ...['payroll', 'checkout', 'wallet'],
  ],
  health: ['patient', 'diagnosis', 'medication', 'prescription', 'medical'],
  internal: ['admin', 'administration', 'internal', 'operator', 'debug', 'metric', 'actuator', 'maintenance'],
}

const ORDER = Object.keys(LABEL_DOCS)

/**
 * Suggests labels for an operation, by common words in its properties and by tags that are labels of the policy. Empty if nothing
 * matches.
 *
 * @param known names of the policy's labels
 */
export function suggestLabels(hints: Hints, known: ReadonlySet<string>): readonly string[] {
  const found = new Set(hints.tags.filter((tag) => known.has(tag)))
  for (const name of hints.names) for (const label of labelsOfName(name)) found.add(label)
  // Without path parameters, whose names are arbitrary.
  const literal = hints.template.replace(/\{[^}]*\}/g, '')
  const said = new Set([...hints.tags, ...hints.scopes, literal].flatMap(wordsOf))
  for (const [label, words] of Object.entries(WORDS))
    if (words.some((word) => said.has(word) || said.has(`${word}s`) || said.has(word.replace(/y$/, 'ies')))) found.add(label)
  if (hints.types.includes('mutualTLS')) found.add('internal')
  if (hints.isOpen && found.size === 0) found.add('public')
  return [...found].sort((a, b) => rank(a) - rank(b) || (a < b ? -1 : 1))
}

/** A bounded memo, as most operations of a service share names. */
const REMEMBERED = new Map<string, readonly string[]>()
const MOST_REMEMBERED = 20_000

function labelsOfName(name: string): readonly string[] {
  const known = REMEMBERED.get(name)
  if (known !== undefined) return known
  const words = `_${wordsOf(name).join('_')}_`
  const labels = Object.keys(NAMES).filter((label) =>
    NAMES[label]?.some((phrase) => words.includes(`_${phrase}_`) || words.includes(`_${phrase}s_`)),
  )
  if (isSecretName(name)) labels.push('credentials')
  if (REMEMBERED.size >= MOST_REMEMBERED) REMEMBERED.clear()
  REMEMBERED.set(name, labels)
  return labels
}

/** Splits `customerEMail` into customer, e, mail. */
function wordsOf(name: string): readonly string[] {
  return name
    .replace(/([a-z\d])([A-Z])/g, '$1 $2')
    .replace(/([A-Z])([A-Z][a-z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z\d]+/)
    .filter((word) => word !== '')
}

function rank(label: string): number {
  const at = ORDER.indexOf(label)
  return at === -1 ? ORDER.length : at
}
