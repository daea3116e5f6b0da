/** Content types by extension; text has its charset, so that browsers do not guess. Compact: `type: extensions`. */
const TABLE = `
image/jpeg: jpg jpeg jpe jfif
image/png: png apng
image/gif: gif
image/webp: webp
image/bmp: bmp
image/tiff: tif tiff
image/svg+xml: svg svgz
image/x-icon: ico
image/avif: avif
image/heic: heic
image/heif: heif
image/jxl: jxl
image/vnd.adobe.photoshop: psd
video/mp4: mp4 m4v
video/mpeg: mpeg mpg mpe
video/quicktime: mov qt
video/webm: webm
video/ogg: ogv
video/x-msvideo: avi
video/x-ms-wmv: wmv
video/x-matroska: mkv
video/x-flv: flv
video/3gpp: 3gp
video/mp2t: m2ts mts
audio/mpeg: mp3 mpga
audio/wav: wav
audio/ogg: ogg oga opus
audio/mp4: m4a
audio/aac: aac
audio/flac: flac
audio/x-ms-wma: wma
audio/midi: mid midi
audio/webm: weba
audio/amr: amr
audio/aiff: aif aiff
application/pdf: pdf
application/json: json map
application/zip: zip
application/gzip: gz tgz
application/x-bzip2: bz2
application/x-xz: xz
application/zstd: zst
application/x-tar: tar
application/x-7z-compressed: 7z
application/vnd.rar: rar
application/java-archive: jar
application/rtf: rtf
application/msword: doc dot
application/vnd.openxmlformats-officedocument.wordprocessingml.document: docx
application/vnd.ms-excel: xls xlt
application/vnd.openxmlformats-officedocument.spreadsheetml.sheet: xlsx
application/vnd.ms-powerpoint: ppt pps
application/vnd.openxmlformats-officedocument.presentationml.presentation: pptx
application/vnd.oasis.opendocument.text: odt
application/vnd.oasis.opendocument.spreadsheet: ods
application/vnd.oasis.opendocument.presentation: odp
application/epub+zip: epub
application/postscript: ps eps ai
application/wasm: wasm
application/sql: sql
application/toml: toml
application/x-sh: sh
application/xhtml+xml: xhtml xht
application/x-msdownload: exe dll
application/vnd.android.package-archive: apk
application/x-apple-diskimage: dmg
application/vnd.debian.binary-package: deb
application/x-rpm: rpm
application/x-iso9660-image: iso
application/vnd.ms-outlook: msg
message/rfc822: eml
font/ttf: ttf
font/otf: otf
font/woff: woff
font/woff2: woff2
text/plain; charset=utf-8: txt text log conf ini def list
text/html; charset=utf-8: html htm
text/css; charset=utf-8: css
text/csv; charset=utf-8: csv
text/tab-separated-values; charset=utf-8: tsv
text/javascript; charset=utf-8: js mjs
text/xml; charset=utf-8: xml xsl
text/markdown; charset=utf-8: md markdown
text/calendar; charset=utf-8: ics
text/vcard; charset=utf-8: vcf
text/yaml; charset=utf-8: yaml yml
text/x-python; charset=utf-8: py
text/x-go; charset=utf-8: go
text/x-c; charset=utf-8: c h cc cpp hpp
text/x-java; charset=utf-8: java
text/x-rust; charset=utf-8: rs
text/x-diff; charset=utf-8: diff patch
text/vtt; charset=utf-8: vtt
`;

const types = new Map<string, string>();
for (const line of TABLE.trim().split("\n")) {
  const at = line.lastIndexOf(": ");
  for (const extension of line.slice(at + 2).split(" ")) types.set(extension, line.slice(0, at));
}

/** The content type of an extension without its dot (semantics 11.3); "" where it is not known. */
export function mimeOf(extension: string): string {
  return types.get(extension) ?? "";
}
