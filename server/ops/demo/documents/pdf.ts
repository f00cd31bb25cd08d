/** A line of a page: how large, in points, in bold or not, how far it is set in, and how far below the line before. */
export interface PrintedLine {
  text: string
  size?: number
  isBold?: boolean
  indent?: number
  gap?: number
}

const [WIDTH, HEIGHT, MARGIN] = [595, 842, 72]
const SIZE = 11

/** Pages of text as a PDF 1.4 (ISO 32000-1, 7.5), in one of the typefaces that every reader has. */
export function createPdf(title: string, pages: readonly (readonly PrintedLine[])[]): Buffer {
  const first = 6
  const contents = pages.map(toContent)
  const kids = pages.map((_, index) => `${first + index * 2} 0 R`)
  const objects = [
    '<< /Type /Catalog /Pages 2 0 R >>',
    `<< /Type /Pages /Kids [${kids.join(' ')}] /Count ${pages.length} >>`,
    '<< /Type /Font /Subtype /Type1 /BaseFont /Times-Roman /Encoding /WinAnsiEncoding >>',
    '<< /Type /Font /Subtype /Type1 /BaseFont /Times-Bold /Encoding /WinAnsiEncoding >>',
    `<< /Title (${escape(title)}) /Producer (ChatBox demo) >>`,
    ...contents.flatMap((content, index) => [
      `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 ${WIDTH} ${HEIGHT}] /Contents ${first + index * 2 + 1} 0 R ` +
        '/Resources << /Font << /F1 3 0 R /F2 4 0 R >> >> >>',
      `<< /Length ${Buffer.byteLength(content, 'latin1')} >>\nstream\n${content}\nendstream`,
    ]),
  ]
  let file = '%PDF-1.4\n%\xe2\xe3\xcf\xd3\n'
  const offsets = objects.map((object, index) => {
    const offset = file.length
    file += `${index + 1} 0 obj\n${object}\nendobj\n`
    return offset
  })
  const start = file.length
  const entries = offsets.map((offset) => `${String(offset).padStart(10, '0')} 00000 n \n`)
  const size = objects.length + 1
  file += `xref\n0 ${size}\n0000000000 65535 f \n${entries.join('')}`
  file += `trailer\n<< /Size ${size} /Root 1 0 R /Info 5 0 R >>\nstartxref\n${start}\n%%EOF\n`
  return Buffer.from(file, 'latin1')
}

function toContent(lines: readonly PrintedLine[]): string {
  let y = HEIGHT - MARGIN
  const shown = lines.map(({ text, size = SIZE, isBold = false, indent = 0, gap = 0 }) => {
    y -= size * 1.35 + gap
    return `/F${isBold ? 2 : 1} ${size} Tf 1 0 0 1 ${MARGIN + indent} ${y.toFixed(1)} Tm (${escape(text)}) Tj`
  })
  return `BT\n${shown.join('\n')}\nET`
}

/** What Windows-1252 has beyond Latin-1, of what is printed here. */
const WINDOWS: Readonly<Record<string, string>> = { '’': '\x92', '“': '\x93', '”': '\x94', '–': '\x96', '…': '\x85' }

function escape(text: string): string {
  return text.replace(/[\\()]/g, '\\$&').replace(/[’“”–…]/g, (letter) => WINDOWS[letter] ?? letter)
}
