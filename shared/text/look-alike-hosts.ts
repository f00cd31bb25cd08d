/*
 * Which domains could be taken for others, by what they are written in (after UTS #39 and the rules by which browsers
 * show an internationalised domain in plain letters): scripts that are mixed within a label, letters of one script
 * that all look like Latin ones, Latin letters that differ from plain ones by what is hardly seen.
 */

/** What browsers take for the dot between labels (UTS #46), and what looks like it. */
const DOTS =
  /[\u00b7\u0660\u06f0\u0701\u0702\u2024\u2027\u2219\u22c5\u3002\u30fb\ua4f8\ua60e\uff0e\uff61\uff65\u{10a50}\u{1d16d}]/gu
const UNSEEN = /\p{Default_Ignorable_Code_Point}/gu
const DOMAIN = /(?<![\p{L}\p{M}\p{N}.@-])(?:[\p{L}\p{M}\p{N}-]{1,63}\.){1,8}[\p{L}\p{M}]{2,63}(?![\p{L}\p{N}-])/gu
const DOMAINS_MAX = 20

const CYRILLIC_ALIKE = 'асԁеһіјӏорԛѕԝхуъьҽпгѵѡӕ'
const GREEK_ALIKE = 'αγεηικνορτυχω'
const ALIKE = new RegExp(
  `^[-0-9]*(?:[${CYRILLIC_ALIKE}]|[${GREEK_ALIKE}])[-0-9${CYRILLIC_ALIKE}${GREEK_ALIKE}]*$`,
  'iu',
)
/** ASCII, and Latin letters with what is plainly seen above or below them. */
const LATIN = /^(?![^]*[\u0131\u0138\u0140\u0149\u017f])[-a-z0-9\u00df-\u00f6\u00f8-\u017f\u0218-\u021b]*$/iu
const ONE_SCRIPT = [
  ...['Arab', 'Beng', 'Cyrl', 'Deva', 'Ethi', 'Geor', 'Grek', 'Gujr', 'Guru', 'Hang', 'Hebr', 'Khmr', 'Knda', 'Laoo'],
  ...['Mlym', 'Mymr', 'Sinh', 'Taml', 'Telu', 'Thai'],
].map((script) => new RegExp(`^[-0-9\\p{sc=${script}}\\p{Mn}]*$`, 'u'))
const JAPANESE_OR_CHINESE = /^[-0-9\p{sc=Han}\p{sc=Hira}\p{sc=Kana}\u30fc]*$/u
/** Letters of those that look like signs of an address. */
const LIKE_SIGNS = /[\u30ce\u4e36\u4e3f\u3033\u3035]/u

/** What in a text can be read as a domain, whichever dots it has and whatever unseen stands in it. */
export function listDomains(text: string): string[] {
  const plain = text.replace(UNSEEN, '').replace(DOTS, '.').normalize('NFKC').toLowerCase()
  return Array.from(plain.matchAll(DOMAIN), ([domain]) => domain).slice(0, DOMAINS_MAX)
}

/** Whether a host could be taken for another one that is written in other letters. */
export function looksLikeAnother(host: string): boolean {
  return host.replace(DOTS, '.').normalize('NFC').toLowerCase().split('.').some(deceives)
}

function deceives(label: string): boolean {
  if (!/[^!-~]/.test(label) || LATIN.test(label)) return false
  if (ALIKE.test(label) || LIKE_SIGNS.test(label)) return true
  return !JAPANESE_OR_CHINESE.test(label) && !ONE_SCRIPT.some((script) => script.test(label))
}
