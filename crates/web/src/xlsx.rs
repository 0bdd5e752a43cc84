//! Tables as workbooks: one sheet of texts and numbers, written without compression, which every spreadsheet reads.

use std::fmt::Write as _;

use axum::{
    http::{HeaderValue, header},
    response::{IntoResponse as _, Response},
};

impl Cell {
    /// A number.
    pub fn number(number: impl crate::locale::Whole) -> Self {
        Self::Number(number.whole() as f64)
    }
}

/// A cell.
#[derive(Debug, Clone, PartialEq)]
pub enum Cell {
    /// A text; never a formula.
    Text(String),
    /// A number.
    Number(f64),
}

const TYPES: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?><Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\"><Default Extension=\"rels\" ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/><Default Extension=\"xml\" ContentType=\"application/xml\"/><Override PartName=\"/xl/workbook.xml\" ContentType=\"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml\"/><Override PartName=\"/xl/worksheets/sheet1.xml\" ContentType=\"application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml\"/></Types>";
const RELATIONS: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?><Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\"><Relationship Id=\"r1\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument\" Target=\"xl/workbook.xml\"/></Relationships>";
const BOOK: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?><workbook xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\" xmlns:r=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships\"><sheets><sheet name=\"guanxi\" sheetId=\"1\" r:id=\"r1\"/></sheets></workbook>";
const BOOK_RELATIONS: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?><Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\"><Relationship Id=\"r1\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet\" Target=\"worksheets/sheet1.xml\"/></Relationships>";

const KIND: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

/// Answers with a table as a workbook of this name.
pub fn file(name: &str, table: &[Vec<Cell>]) -> Response {
    let mut response = workbook(table).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(KIND));
    headers.extend(crate::csv::attached(name));
    response
}

/// Writes a workbook of one sheet.
pub fn workbook(rows: &[Vec<Cell>]) -> Vec<u8> {
    let mut sheet = String::from(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?><worksheet xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\"><sheetData>",
    );
    for row in rows {
        sheet.push_str("<row>");
        for cell in row {
            // Writing to memory does not fail.
            let _ = match cell {
                Cell::Number(number) => write!(sheet, "<c><v>{number}</v></c>"),
                Cell::Text(text) => write!(
                    sheet,
                    "<c t=\"inlineStr\"><is><t xml:space=\"preserve\">{}</t></is></c>",
                    escaped(text)
                ),
            };
        }
        sheet.push_str("</row>");
    }
    sheet.push_str("</sheetData></worksheet>");
    archive(&[
        ("[Content_Types].xml", TYPES),
        ("_rels/.rels", RELATIONS),
        ("xl/workbook.xml", BOOK),
        ("xl/_rels/workbook.xml.rels", BOOK_RELATIONS),
        ("xl/worksheets/sheet1.xml", &sheet),
    ])
}

/// A text as XML takes it: signs that it does not know are left out.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for sign in text.chars() {
        match sign {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '\t' | '\n' | '\r' => out.push(' '),
            '\u{fffe}' | '\u{ffff}' => {}
            sign if sign < ' ' => {}
            sign => out.push(sign),
        }
    }
    out
}

/// Files in an archive (ZIP) as they are.
fn archive(files: &[(&str, &str)]) -> Vec<u8> {
    let (mut out, mut index) = (Vec::new(), Vec::new());
    for (name, text) in files {
        let offset = out.len() as u32;
        let mut head = Vec::with_capacity(26);
        // Version 2.0, names in UTF-8, stored as it is, 1 January 1980.
        for part in [20_u16, 0x0800, 0, 0, 0x0021] {
            head.extend(part.to_le_bytes());
        }
        let size = text.len() as u32;
        for part in [crc(text.as_bytes()), size, size] {
            head.extend(part.to_le_bytes());
        }
        head.extend((name.len() as u16).to_le_bytes());
        head.extend(0_u16.to_le_bytes());
        out.extend(0x0403_4b50_u32.to_le_bytes());
        out.extend(&head);
        out.extend(name.as_bytes());
        out.extend(text.as_bytes());
        index.extend(0x0201_4b50_u32.to_le_bytes());
        index.extend(20_u16.to_le_bytes());
        index.extend(&head);
        index.extend([0; 10]);
        index.extend(offset.to_le_bytes());
        index.extend(name.as_bytes());
    }
    let (count, start) = (files.len() as u16, out.len() as u32);
    let size = index.len() as u32;
    out.extend(index);
    out.extend(0x0605_4b50_u32.to_le_bytes());
    out.extend([0; 4]);
    out.extend(count.to_le_bytes());
    out.extend(count.to_le_bytes());
    out.extend(size.to_le_bytes());
    out.extend(start.to_le_bytes());
    out.extend([0; 2]);
    out
}

/// Check sum of a file in an archive.
fn crc(bytes: &[u8]) -> u32 {
    let table: [u32; 256] = std::array::from_fn(|byte| {
        (0..8).fold(byte as u32, |value, _| {
            if value & 1 == 1 {
                0xedb8_8320 ^ (value >> 1)
            } else {
                value >> 1
            }
        })
    });
    !bytes.iter().fold(!0_u32, |value, byte| {
        table[usize::from((value as u8) ^ byte)] ^ (value >> 8)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn check_sums_are_those_of_archives() {
        assert_eq!(crc(b"123456789"), 0xcbf4_3926);
    }

    #[test]
    fn texts_stay_texts() {
        let book = workbook(&[vec![
            Cell::Text("=1+1 <&\u{1}".to_owned()),
            Cell::Number(2.5),
        ]]);
        let book = String::from_utf8_lossy(&book);
        assert!(book.contains(">=1+1 &lt;&amp;</t>") && book.contains("<v>2.5</v>"));
        assert!(book.starts_with("PK\u{3}\u{4}"));
    }
}
