//! A code as its company shows it: the name below it where letters can be drawn, the logo in its middle where it has one.
//!
//! A logo covers modules, so such a code carries three tenths to spare instead of a seventh, and the logo takes less than
//! a twentieth. The server draws no letters into a PNG: a Chinese font would make the binary half as large again. The name
//! stands in the file as its title, and the page draws a PNG with letters in the browser, which has fonts.

use std::{borrow::Cow, fmt::Write as _};

use data_encoding::BASE64;
use fast_qr::{ECL, QRBuilder};
use image::{
    ExtendedColorType, ImageEncoder as _, ImageFormat, RgbImage,
    codecs::png::{CompressionType, FilterType as Filter, PngEncoder},
    imageops::FilterType,
};

use super::{Matrix, PNG_MAX, PNG_MIN, QUIET, png::chunk};

/// Length of a PNG's signature and first chunk.
const HEAD: usize = 8 + 25;
/// Share of the matrix's side that the logo takes with its white edge, in percent.
const SHARE: usize = 22;
/// Height of the band for the name, in modules.
const BAND: f64 = 5.0;
/// Height of the letters, in modules; a long name gets smaller ones.
const LETTERS: f64 = 2.6;

/// A company on its codes.
#[derive(Debug, Clone, Default)]
pub struct Brand {
    /// Its name.
    pub name: String,
    /// Its logo, square, should it stand in the middle.
    pub logo: Option<Vec<u8>>,
}

impl Brand {
    fn matrix(&self, text: &str) -> Option<Matrix> {
        if self.logo.is_none() {
            return Matrix::of(text);
        }
        let code = QRBuilder::new(text).ecl(ECL::H).build().ok()?;
        Some(Matrix(Box::new(code)))
    }

    /// Draws the code of an address without the name, for a page that says it beside; None for a text too long for any.
    pub fn svg(&self, text: &str) -> Option<String> {
        let matrix = self.matrix(text)?;
        let svg = matrix.svg();
        if self.logo.is_none() {
            return Some(svg);
        }
        let body = svg.strip_suffix("</svg>")?;
        Some(format!("{body}{}</svg>", self.middle(&matrix)))
    }

    /// Draws the code of an address with the name below, as a file; None for a text too long for any.
    pub fn svg_file(&self, text: &str) -> Option<String> {
        let matrix = self.matrix(text)?;
        let side = matrix.side() as f64;
        let room = side - 4.0;
        let size = LETTERS.min(room / ems(&self.name).max(1.0));
        let (width, height) = (side * 16.0, (side + BAND) * 16.0);
        Some(format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" viewBox=\"0 0 {side} {tall}\" \
             shape-rendering=\"crispEdges\"><rect width=\"{side}\" height=\"{tall}\" fill=\"#fff\"/>\
             <path stroke=\"#000\" d=\"{path}\"/>{middle}<text x=\"{centre}\" y=\"{line:.2}\" text-anchor=\"middle\" \
             font-size=\"{size:.2}\" font-weight=\"600\" fill=\"#14211e\" \
             font-family=\"'PingFang SC','Microsoft YaHei','Noto Sans CJK SC','Noto Sans SC',Arial,sans-serif\">{name}</text></svg>",
            tall = side + BAND,
            path = matrix.path(),
            middle = self.middle(&matrix),
            centre = side / 2.0,
            line = side + 1.0 + size * 0.36,
            name = escaped(&self.name),
        ))
    }

    /// The logo on its white ground, as a part of an SVG.
    fn middle(&self, matrix: &Matrix) -> String {
        let Some(logo) = &self.logo else {
            return String::new();
        };
        let (start, length) = hole(matrix.0.size);
        let (at, inner) = (start as f64 + 0.5, length as f64 - 1.0);
        let mut part = String::with_capacity(logo.len() * 4 / 3 + 256);
        let _ = write!(
            part,
            "<rect x=\"{start}\" y=\"{start}\" width=\"{length}\" height=\"{length}\" fill=\"#fff\"/>\
             <image x=\"{at}\" y=\"{at}\" width=\"{inner}\" height=\"{inner}\" href=\"data:image/jpeg;base64,"
        );
        BASE64.encode_append(logo, &mut part);
        part.push_str("\"/>");
        part
    }

    /// Draws the code of an address at most so many pixels wide; None for a text too long for any, or a logo that is none.
    pub fn png(&self, text: &str, width: u32) -> Option<Vec<u8>> {
        let matrix = self.matrix(text)?;
        let scale = (width.clamp(PNG_MIN, PNG_MAX) as usize / matrix.side()).max(1);
        let Some(logo) = &self.logo else {
            return Some(entitled(matrix.png(width), &self.name));
        };
        let logo = image::load_from_memory_with_format(logo, ImageFormat::Jpeg).ok()?;
        let pixels = (matrix.side() * scale) as u32;
        let mut picture = RgbImage::from_pixel(pixels, pixels, image::Rgb([255; 3]));
        for (y, row) in matrix.rows().enumerate() {
            for (x, _) in row.enumerate().filter(|(_, is_dark)| *is_dark) {
                fill(&mut picture, (x * scale, y * scale), scale, 0);
            }
        }
        let (start, length) = hole(matrix.0.size);
        fill(
            &mut picture,
            (start * scale, start * scale),
            length * scale,
            255,
        );
        let inner = ((length - 1) * scale) as u32;
        let logo = logo.to_rgb8();
        let logo = image::imageops::resize(&logo, inner, inner, FilterType::Triangle);
        let at = (start * scale + scale / 2) as i64;
        image::imageops::replace(&mut picture, &logo, at, at);
        Some(entitled(encode(&picture)?, &self.name))
    }
}

/// Where the white ground of the logo begins, quiet zone included, and how many modules it measures. Both sides are odd, so
/// it stands in the very middle.
fn hole(size: usize) -> (usize, usize) {
    let length = (size * SHARE / 100 - 1) | 1;
    (QUIET + (size - length) / 2, length)
}

fn fill(picture: &mut RgbImage, (left, top): (usize, usize), side: usize, grey: u8) {
    for y in top..top + side {
        for x in left..left + side {
            picture.put_pixel(x as u32, y as u32, image::Rgb([grey; 3]));
        }
    }
}

fn encode(picture: &RgbImage) -> Option<Vec<u8>> {
    let mut file = Vec::with_capacity(16 * 1024);
    // Lines repeat, so the difference to the line above is mostly nothing but zeros.
    let encoder = PngEncoder::new_with_quality(&mut file, CompressionType::Default, Filter::Up);
    let (width, height) = picture.dimensions();
    let written = encoder.write_image(picture, width, height, ExtendedColorType::Rgb8);
    written.ok().map(|()| file)
}

/// Gives a PNG a title behind its head, as readers of files show it.
fn entitled(file: Vec<u8>, title: &str) -> Vec<u8> {
    if title.is_empty() {
        return file;
    }
    let mut named = Vec::with_capacity(file.len() + title.len() + 32);
    let (head, rest) = file.split_at(HEAD);
    named.extend_from_slice(head);
    // Not compressed, in no language, with no other keyword.
    let text = [b"Title\0\0\0\0\0", title.as_bytes()].concat();
    chunk(&mut named, *b"iTXt", &text);
    named.extend_from_slice(rest);
    named
}

/// Width of a text in its own height: a Han character is as wide as high, others about two thirds.
fn ems(text: &str) -> f64 {
    let one = |letter: char| if letter < '\u{2e80}' { 0.66 } else { 1.0 };
    text.chars().map(one).sum()
}

fn escaped(text: &str) -> Cow<'_, str> {
    if text.contains(['&', '<', '>']) {
        let text = text.replace('&', "&amp;").replace('<', "&lt;");
        text.replace('>', "&gt;").into()
    } else {
        text.into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ADDRESSES: [&str; 3] = [
        "http://127.0.0.1:8080/q/abcdefghijklmnopqrstuvwx",
        "https://guanxi.example/q/abcdefghijklmnopqrstuvwx",
        "https://contact.some-long-company-name.example.com/q/zyxwvutsrqponmlkjihgfedc",
    ];

    fn brand(name: &str) -> Brand {
        // Stripes of strong colours, dark and light: harder to read through than most logos.
        let logo = RgbImage::from_fn(256, 256, |x, y| {
            image::Rgb(match (x / 32 + y / 16) % 3 {
                0 => [20, 20, 90],
                1 => [230, 120, 40],
                _ => [255, 255, 255],
            })
        });
        let mut bytes = Vec::new();
        let encoder = image::codecs::jpeg::JpegEncoder::new_with_quality(&mut bytes, 90);
        logo.write_with_encoder(encoder).unwrap();
        Brand {
            name: name.into(),
            logo: Some(bytes),
        }
    }

    #[test]
    fn a_code_with_a_logo_reads_back_at_every_size() {
        for address in ADDRESSES {
            for width in [200, 256, 512, 1024, 2048] {
                let png = brand("青禾家居").png(address, width).unwrap();
                assert!(png.len() < 160_000, "{width}: {}", png.len());
                assert_eq!(
                    crate::code_reader::decode(&png).as_deref(),
                    Ok(address),
                    "{width}"
                );
            }
        }
    }

    #[test]
    fn a_name_is_the_title_of_the_png_and_a_line_of_the_svg() {
        let brand = Brand {
            name: "R&D <青禾>".into(),
            logo: None,
        };
        let file = brand.png(ADDRESSES[0], 256).unwrap();
        let title = "iTXtTitle\0\0\0\0\0R&D <青禾>".as_bytes();
        assert!(file.windows(title.len()).any(|bytes| bytes == title));
        let read = crate::code_reader::decode(&file);
        assert_eq!(read.as_deref(), Ok(ADDRESSES[0]));
        let svg = brand.svg_file(ADDRESSES[0]).unwrap();
        assert!(svg.contains(">R&amp;D &lt;青禾&gt;</text>"), "{svg}");
        assert!(!svg.contains("<image"));
        assert_eq!(
            brand.svg(ADDRESSES[0]),
            Some(Matrix::of(ADDRESSES[0]).unwrap().svg())
        );
    }

    #[test]
    fn a_long_name_gets_smaller_letters() {
        let size = |name: &str| {
            let svg = brand(name).svg_file(ADDRESSES[1]).unwrap();
            let (_, rest) = svg.split_once("font-size=\"").unwrap();
            rest.split('"').next().unwrap().parse::<f64>().unwrap()
        };
        assert!((size("青禾") - LETTERS).abs() < 0.01);
        let long = "青".repeat(64);
        assert!(size(&long) * 64.0 < 60.0);
    }

    #[test]
    fn the_logo_stands_in_the_middle_and_hides_little() {
        for size in (21..=177).step_by(4) {
            let (start, length) = hole(size);
            assert_eq!(start - QUIET, QUIET + size - start - length);
            assert!(length * length * 18 < size * size, "{length} of {size}");
        }
    }
}
