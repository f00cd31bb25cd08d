import type { MediaIconName } from './media-icons.ts'

/** What many kinds of files are to somebody who sees no more than their first bytes. */
export type Outside = 'text' | 'zip' | 'cfb' | 'xml' | 'anything'

/** A kind of file as people call it. */
export interface FileKindWords {
  words: string
  icon: MediaIconName
  /** Media types that say that it is one, by its content. `image/` stands for all that begin so. */
  types: readonly string[]
  endings: readonly string[]
  /** Then its name may tell it apart. */
  looksLike: readonly Outside[]
}

export const PROGRAM: FileKindWords = {
  words: 'Program',
  icon: 'program',
  types: [
    ...['application/x-msdownload', 'application/vnd.microsoft.portable-executable', 'application/x-elf'],
    ...['application/x-mach-binary', 'application/x-executable', 'application/java-vm', 'application/java-archive'],
    ...['application/x-deb', 'application/x-rpm', 'application/x-msi', 'application/x.ms.shortcut'],
    ...['application/x-google-chrome-extension', 'application/x-xpinstall', 'application/wasm'],
  ],
  endings: ['exe', 'com', 'scr', 'msi', 'dll', 'bat', 'cmd', 'ps1', 'vbs', 'lnk', 'jar', 'class', 'deb', 'rpm', 'crx'],
  looksLike: ['anything'],
}

/** The first that fits counts. */
export const FILE_KINDS: readonly FileKindWords[] = [
  PROGRAM,
  kind('Android app', 'program', ['application/vnd.android.package-archive'], 'apk aab xapk', 'zip'),
  kind(
    'Disk image',
    'archive',
    ['application/x-apple-diskimage', 'application/x-iso9660-image'],
    'dmg iso img',
    'anything',
  ),
  kind('PDF', 'document', ['application/pdf'], 'pdf'),
  kind(
    'Word document',
    'document',
    [
      ...['application/msword', 'application/vnd.openxmlformats-officedocument.wordprocessingml.document'],
      ...['application/vnd.openxmlformats-officedocument.wordprocessingml.template'],
    ],
    'docx doc dotx',
    'zip',
    'cfb',
  ),
  kind(
    'Word document with macros',
    'document',
    ['application/vnd.ms-word.document.macroenabled.12', 'application/vnd.ms-word.template.macroenabled.12'],
    'docm dotm',
    'zip',
  ),
  kind(
    'Excel table',
    'table',
    [
      ...['application/vnd.ms-excel', 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet'],
      ...['application/vnd.openxmlformats-officedocument.spreadsheetml.template'],
    ],
    'xlsx xls xltx',
    'zip',
    'cfb',
  ),
  kind(
    'Excel table with macros',
    'table',
    ['application/vnd.ms-excel.sheet.macroenabled.12', 'application/vnd.ms-excel.template.macroenabled.12'],
    'xlsm xltm',
    'zip',
  ),
  kind(
    'PowerPoint slides',
    'slides',
    [
      ...['application/vnd.ms-powerpoint', 'application/vnd.openxmlformats-officedocument.presentationml.presentation'],
      ...['application/vnd.openxmlformats-officedocument.presentationml.slideshow'],
      ...['application/vnd.openxmlformats-officedocument.presentationml.template'],
    ],
    'pptx ppt ppsx potx',
    'zip',
    'cfb',
  ),
  kind(
    'PowerPoint slides with macros',
    'slides',
    [
      ...['application/vnd.ms-powerpoint.presentation.macroenabled.12'],
      ...['application/vnd.ms-powerpoint.slideshow.macroenabled.12'],
    ],
    'pptm ppsm',
    'zip',
  ),
  kind(
    'Text document',
    'document',
    ['application/vnd.oasis.opendocument.text', 'application/rtf', 'text/rtf'],
    'odt rtf',
    'zip',
    'text',
  ),
  kind('Table', 'table', ['application/vnd.oasis.opendocument.spreadsheet'], 'ods', 'zip'),
  kind('Slides', 'slides', ['application/vnd.oasis.opendocument.presentation'], 'odp', 'zip'),
  kind('Drawing', 'photo', ['application/vnd.oasis.opendocument.graphics', 'image/vnd.dwg'], 'odg dwg', 'zip'),
  kind('Pages document', 'document', [], 'pages', 'zip'),
  kind('Numbers table', 'table', [], 'numbers', 'zip'),
  kind('Keynote slides', 'slides', [], 'key', 'zip'),
  kind('Book', 'text', ['application/epub+zip', 'application/x-mobipocket-ebook'], 'epub mobi', 'zip'),
  kind('ZIP archive', 'archive', ['application/zip'], 'zip'),
  kind(
    'Archive',
    'archive',
    [
      ...['application/x-7z-compressed', 'application/x-rar-compressed', 'application/vnd.rar', 'application/gzip'],
      ...['application/x-tar', 'application/x-bzip2', 'application/x-xz', 'application/zstd', 'application/x-compress'],
      ...['application/x-lzip', 'application/x-lz4', 'application/x-cpio', 'application/vnd.ms-cab-compressed'],
    ],
    '7z rar gz tgz tar bz2 xz zst cab',
  ),
  kind('Web page', 'code', ['text/html', 'application/xhtml+xml'], 'html htm xhtml', 'text'),
  kind('Vector graphic', 'photo', ['image/svg+xml'], 'svg', 'xml'),
  kind(
    'Picture',
    'photo',
    ['image/'],
    'jpg jpeg jfif png apng gif webp avif heic heif bmp tif tiff ico psd jxl dng cr2 nef arw',
  ),
  kind('Audio', 'audio', ['audio/'], 'mp3 m4a aac ogg oga opus wav flac aif aiff mid midi wma weba webm amr mp4'),
  kind('Video', 'video', ['video/'], 'mp4 m4v mov webm mkv avi mpg mpeg ogv ogg 3gp wmv flv ts mts'),
  kind('Font', 'text', ['font/', 'application/vnd.ms-fontobject'], 'ttf otf woff woff2 ttc'),
  kind('Calendar entry', 'document', ['text/calendar'], 'ics', 'text'),
  kind('Contact', 'document', ['text/vcard'], 'vcf', 'text'),
  kind('Email', 'document', ['message/rfc822', 'application/vnd.ms-outlook'], 'eml msg', 'text', 'cfb'),
  kind('Table as text', 'table', ['text/csv', 'text/tab-separated-values'], 'csv tsv', 'text'),
  kind('LaTeX', 'code', ['application/x-tex', 'text/x-tex'], 'tex bib sty cls', 'text'),
  kind('Notebook', 'code', ['application/x-ipynb+json'], 'ipynb', 'text'),
  kind('XML', 'code', ['application/xml', 'text/xml'], 'xml xsd xsl', 'xml'),
  kind(
    'Code',
    'code',
    [
      ...['application/json', 'text/javascript', 'application/javascript', 'text/css', 'application/x-sh'],
      ...['text/x-python', 'text/x-c', 'text/x-java', 'application/x-httpd-php', 'application/sql', 'application/yaml'],
    ],
    'py js mjs ts tsx jsx java c h cpp cc hpp cs go rs rb php swift kt kts r m jl hs scala sql sh bash zsh css scss json yaml yml toml ini svelte vue lua pl asm vhd v dart diff patch',
    'text',
  ),
  kind('Text', 'text', ['text/'], 'txt md markdown log rst org', 'text'),
  kind('Database', 'table', ['application/x-sqlite3', 'application/vnd.sqlite3'], 'sqlite sqlite3 db'),
]

function kind(
  words: string,
  icon: MediaIconName,
  types: readonly string[],
  endings: string,
  ...looksLike: readonly Outside[]
): FileKindWords {
  return { words, icon, types, endings: endings.split(' '), looksLike }
}
