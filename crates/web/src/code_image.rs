//! Pictures of codes: a QR matrix as SVG with one path, and as PNG of one bit.

mod brand;
mod png;

use fast_qr::{ECL, QRBuilder, QRCode};

pub use brand::Brand;
use png::Picture;

/// White modules around the matrix, as the standard asks.
const QUIET: usize = 4;
/// Narrowest PNG that is given out, in pixels.
pub const PNG_MIN: u32 = 64;
/// Widest PNG that is given out, in pixels; enough for a poster of A3.
pub const PNG_MAX: u32 = 2048;

/// The matrix of an address, with 15 % to spare for scratches.
pub struct Matrix(Box<QRCode>);

impl std::fmt::Debug for Matrix {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Matrix").field(&self.0.size).finish()
    }
}

impl Matrix {
    /// Works out the matrix; None for a text too long for any.
    pub fn of(text: &str) -> Option<Self> {
        let code = QRBuilder::new(text).ecl(ECL::M).build().ok()?;
        Some(Self(Box::new(code)))
    }

    /// Modules of a side, with the quiet zone.
    pub fn side(&self) -> usize {
        self.0.size + 2 * QUIET
    }

    /// The modules row by row, quiet zone included; true is dark.
    pub fn rows(&self) -> impl Iterator<Item = impl Iterator<Item = bool> + '_> {
        let inside = QUIET..QUIET + self.0.size;
        (0..self.side()).map(move |y| {
            let inside = inside.clone();
            (0..self.side()).map(move |x| {
                let is_inside = inside.contains(&x) && inside.contains(&y);
                is_inside && self.0[y - QUIET][x - QUIET].value()
            })
        })
    }

    /// Runs of dark modules in a row: where each begins, and how long it is.
    fn runs(&self, row: usize) -> impl Iterator<Item = (usize, usize)> {
        let modules = &self.0[row][..self.0.size];
        let mut at = 0;
        std::iter::from_fn(move || {
            let start = at + modules[at..].iter().position(|module| module.value())?;
            let rest = &modules[start..];
            let length = rest.iter().position(|module| !module.value());
            at = start + length.unwrap_or(rest.len());
            Some((start, at - start))
        })
    }

    /// Draws the dark modules as one path of strokes, a stroke for each run.
    fn path(&self) -> String {
        let mut path = String::with_capacity(2048);
        for row in 0..self.0.size {
            let mut end = None;
            for (start, length) in self.runs(row) {
                match end {
                    None => {
                        path.push('M');
                        push(&mut path, start + QUIET);
                        path.push(' ');
                        push(&mut path, row + QUIET);
                        path.push_str(".5h");
                    }
                    Some(end) => {
                        path.push('m');
                        push(&mut path, start - end);
                        path.push_str(" 0h");
                    }
                }
                push(&mut path, length);
                end = Some(start + length);
            }
        }
        path
    }

    /// Draws the code as a picture for any size.
    pub fn svg(&self) -> String {
        let side = self.side();
        format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {side} {side}\" shape-rendering=\"crispEdges\">\
             <rect width=\"{side}\" height=\"{side}\" fill=\"#fff\"/><path stroke=\"#000\" d=\"{}\"/></svg>",
            self.path()
        )
    }

    /// Draws the code at most so many pixels wide, each module of whole pixels.
    pub fn png(&self, width: u32) -> Vec<u8> {
        let scale = (width.clamp(PNG_MIN, PNG_MAX) as usize / self.side()).max(1);
        let mut picture = Picture::new(self.side() * scale, self.0.size + 2);
        picture.push(QUIET * scale);
        for row in 0..self.0.size {
            let line = picture.push(scale);
            for (start, length) in self.runs(row) {
                darken(line, (start + QUIET) * scale, length * scale);
            }
        }
        picture.push(QUIET * scale);
        picture.file()
    }
}

/// Writes a number below a thousand.
fn push(text: &mut String, number: usize) {
    let digit = |n: usize| char::from(b'0' + (n % 10) as u8);
    if number >= 100 {
        text.push(digit(number / 100));
    }
    if number >= 10 {
        text.push(digit(number / 10));
    }
    text.push(digit(number));
}

/// Clears bits of a white line, whole bytes at once.
fn darken(line: &mut [u8], start: usize, length: usize) {
    let (mut at, end) = (start, start + length);
    while at < end {
        let (byte, bit) = (at / 8, at % 8);
        let bits = (8 - bit).min(end - at);
        let mask = (0xff_u8 >> bit) & (0xff_u8 << (8 - bit - bits));
        line[byte] &= !mask;
        at += bits;
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

    #[test]
    fn every_png_reads_back_at_every_size() {
        for address in ADDRESSES {
            let matrix = Matrix::of(address).unwrap();
            for width in [64, 200, 256, 300, 512, 1000, 1024, 2048] {
                let png = matrix.png(width);
                let most = match width {
                    0..=512 => 1536,
                    513..=1024 => 2304,
                    _ => 5120,
                };
                assert!(png.len() <= most, "{width}: {} bytes", png.len());
                assert_eq!(crate::code_reader::decode(&png).as_deref(), Ok(address));
            }
        }
    }

    #[test]
    fn the_path_of_the_svg_is_the_matrix() {
        for address in ADDRESSES {
            let matrix = Matrix::of(address).unwrap();
            let svg = matrix.svg();
            assert!(svg.len() <= 4096 && svg.matches("<path").count() == 1);
            assert_eq!(read(&draw(&svg, matrix.side())), address);
        }
    }

    /// Fills the strokes of the path, eight pixels a module.
    fn draw(svg: &str, side: usize) -> image::GrayImage {
        let path = svg
            .split(" d=\"")
            .nth(1)
            .unwrap()
            .split('"')
            .next()
            .unwrap();
        let width = side as u32 * 8;
        let mut picture = image::GrayImage::from_pixel(width, width, image::Luma([255]));
        for line in path.split('M').skip(1) {
            let (start, runs) = line.split_once('h').unwrap();
            let (x, y) = start.split_once(' ').unwrap();
            let (mut x, y): (u32, f64) = (x.parse().unwrap(), y.parse().unwrap());
            for (at, run) in runs.split('m').enumerate() {
                let length = if at == 0 {
                    run
                } else {
                    let (gap, length) = run.split_once(" 0h").unwrap();
                    x += gap.parse::<u32>().unwrap();
                    length
                };
                let length: u32 = length.parse().unwrap();
                for px in x * 8..(x + length) * 8 {
                    for py in (y as u32) * 8..(y as u32 + 1) * 8 {
                        picture.put_pixel(px, py, image::Luma([0]));
                    }
                }
                x += length;
            }
        }
        picture
    }

    fn read(picture: &image::GrayImage) -> String {
        let mut bytes = std::io::Cursor::new(Vec::new());
        picture
            .write_to(&mut bytes, image::ImageFormat::Png)
            .unwrap();
        crate::code_reader::decode(bytes.get_ref()).unwrap()
    }
}
