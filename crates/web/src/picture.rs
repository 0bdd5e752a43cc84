//! Pictures of members and logos of companies: limits before anything is decoded, upright, brought to a square, and made small.

use std::io::Cursor;

use image::{
    DynamicImage, ImageDecoder as _, ImageReader, Limits, Rgb, RgbImage, codecs::jpeg::JpegEncoder,
};
use tokio::sync::Semaphore;

/// Side of a picture as it is kept, in pixels: twice what the largest seal shows.
pub const SIDE: u32 = 128;
/// Side of a logo as it is kept, in pixels: enough for a poster of A4.
pub const LOGO_SIDE: u32 = 256;
/// Shortest side of a picture that is taken.
const SIDE_MIN: u32 = 48;
/// Longest side.
const SIDE_MAX: u32 = 16_384;
/// Most pixels; a photo of a good telephone has 50 million.
const PIXELS_MAX: u64 = 60_000_000;
/// Memory that decoding one picture may take, in bytes.
const MEMORY_MAX: u64 = 320 * 1024 * 1024;
/// Quality of what is kept, of 100.
const QUALITY: u8 = 86;

/// Pictures that are made small at once; more wait.
static ROOM: Semaphore = Semaphore::const_new(1);

/// Why a picture cannot be taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unusable {
    /// It is no picture of a kind that is read here.
    NoPicture,
    /// It has more pixels than are read.
    TooLarge,
    /// It has too few to be recognised.
    TooSmall,
}

impl Unusable {
    /// Stable code, as of a refused field.
    pub const fn code(self) -> &'static str {
        match self {
            Self::NoPicture => "no_picture",
            Self::TooLarge => "picture_too_large",
            Self::TooSmall => "picture_too_small",
        }
    }
}

/// Makes a small square JPEG of the middle of a picture, on a thread of its own.
pub async fn square(picture: Vec<u8>) -> Result<Vec<u8>, Unusable> {
    aside(picture, make).await
}

/// Makes a small square JPEG of a whole logo, with white where it is not square, on a thread of its own.
pub async fn logo(picture: Vec<u8>) -> Result<Vec<u8>, Unusable> {
    aside(picture, make_logo).await
}

async fn aside(
    picture: Vec<u8>,
    make: fn(&[u8]) -> Result<Vec<u8>, Unusable>,
) -> Result<Vec<u8>, Unusable> {
    let Ok(place) = ROOM.acquire().await else {
        return Err(Unusable::NoPicture);
    };
    // The work keeps the place, also when the client has gone. A picture that upsets the decoder is none.
    let made = tokio::task::spawn_blocking(move || {
        let _place = place;
        make(&picture)
    });
    made.await.unwrap_or(Err(Unusable::NoPicture))
}

/// Makes a small square JPEG of the middle of a picture.
pub fn make(picture: &[u8]) -> Result<Vec<u8>, Unusable> {
    let image = decode(picture)?;
    let (width, height) = (image.width(), image.height());
    let side = width.min(height);
    let cut = image.crop_imm((width - side) / 2, (height - side) / 2, side, side);
    encode(&on_white(&cut.thumbnail_exact(SIDE, SIDE)))
}

/// Makes a small square JPEG of a whole logo, with white where it is not square.
pub fn make_logo(picture: &[u8]) -> Result<Vec<u8>, Unusable> {
    let image = decode(picture)?;
    let small = if image.width().max(image.height()) > LOGO_SIDE {
        image.thumbnail(LOGO_SIDE, LOGO_SIDE)
    } else {
        image
    };
    let small = on_white(&small);
    let side = small.width().max(small.height());
    let mut whole = RgbImage::from_pixel(side, side, Rgb([255; 3]));
    let (left, top) = ((side - small.width()) / 2, (side - small.height()) / 2);
    image::imageops::replace(&mut whole, &small, left.into(), top.into());
    encode(&whole)
}

/// Decodes a picture within the limits, upright.
fn decode(picture: &[u8]) -> Result<DynamicImage, Unusable> {
    let reader = || {
        ImageReader::new(Cursor::new(picture))
            .with_guessed_format()
            .map_err(|_| Unusable::NoPicture)
    };
    let (width, height) = reader()?
        .into_dimensions()
        .map_err(|_| Unusable::NoPicture)?;
    if u64::from(width) * u64::from(height) > PIXELS_MAX || width.max(height) > SIDE_MAX {
        return Err(Unusable::TooLarge);
    }
    if width.min(height) < SIDE_MIN {
        return Err(Unusable::TooSmall);
    }
    let mut limits = Limits::default();
    limits.max_alloc = Some(MEMORY_MAX);
    let mut reader = reader()?;
    reader.limits(limits);
    let mut decoder = reader.into_decoder().map_err(|_| Unusable::NoPicture)?;
    // The decoder's own limit leaves the pixels out.
    if decoder.total_bytes() > MEMORY_MAX {
        return Err(Unusable::TooLarge);
    }
    // Telephones keep a photo as the sensor saw it, and say how it was held.
    let orientation = decoder.orientation();
    let mut image = DynamicImage::from_decoder(decoder).map_err(|_| Unusable::NoPicture)?;
    if let Ok(orientation) = orientation {
        image.apply_orientation(orientation);
    }
    Ok(image)
}

/// JPEG knows no transparency: what shines through is white.
fn on_white(image: &DynamicImage) -> RgbImage {
    let pixels = image.to_rgba8();
    RgbImage::from_fn(pixels.width(), pixels.height(), |x, y| {
        let [r, g, b, alpha] = pixels.get_pixel(x, y).0.map(u16::from);
        let blend = |channel: u16| ((channel * alpha + 255 * (255 - alpha)) / 255) as u8;
        Rgb([blend(r), blend(g), blend(b)])
    })
}

fn encode(image: &RgbImage) -> Result<Vec<u8>, Unusable> {
    let mut bytes = Vec::new();
    JpegEncoder::new_with_quality(&mut bytes, QUALITY)
        .encode_image(image)
        .map_err(|_| Unusable::NoPicture)?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use image::{ImageFormat, Rgba, RgbaImage};

    use super::*;

    fn picture(width: u32, height: u32, format: ImageFormat) -> Vec<u8> {
        // Red left of the middle square, clear right of it, blue within.
        let edge = (width - height.min(width)) / 2;
        let image = RgbaImage::from_fn(width, height, |x, _| {
            if x < edge {
                Rgba([255, 0, 0, 255])
            } else if x >= width - edge {
                Rgba([0, 0, 0, 0])
            } else {
                Rgba([0, 0, 255, 255])
            }
        });
        let mut bytes = Vec::new();
        let image = DynamicImage::from(image);
        let image = if format == ImageFormat::Jpeg {
            DynamicImage::from(image.to_rgb8())
        } else {
            image
        };
        image
            .write_to(&mut Cursor::new(&mut bytes), format)
            .unwrap();
        bytes
    }

    #[test]
    fn the_middle_is_kept_as_a_small_square() {
        for format in [ImageFormat::Png, ImageFormat::Jpeg, ImageFormat::WebP] {
            let made = make(&picture(600, 200, format)).unwrap();
            assert!(made.len() < 8000, "{format:?}: {}", made.len());
            let seen = image::load_from_memory_with_format(&made, ImageFormat::Jpeg).unwrap();
            assert_eq!((seen.width(), seen.height()), (SIDE, SIDE));
            let seen = seen.to_rgb8();
            for x in [8, 64, 120] {
                let [r, _, b] = seen.get_pixel(x, 64).0;
                assert!(b > 200 && r < 60, "{format:?} at {x}");
            }
        }
    }

    #[test]
    fn a_logo_is_kept_whole_on_white() {
        for (width, height) in [(600, 200), (60, 50), (1024, 1024)] {
            let made = make_logo(&picture(width, height, ImageFormat::Png)).unwrap();
            let seen = image::load_from_memory(&made).unwrap().to_rgb8();
            let side = width.max(height).min(LOGO_SIDE);
            assert_eq!((seen.width(), seen.height()), (side, side));
            let at = |x, y| seen.get_pixel(x, y).0;
            let [r, _, b] = at(side / 2, side / 2);
            assert!(b > 200 && r < 60, "the middle is there");
            if width > height {
                assert!(at(side / 2, 2).iter().all(|channel| *channel > 240));
            }
        }
        let wide = make_logo(&picture(600, 200, ImageFormat::Png)).unwrap();
        let seen = image::load_from_memory(&wide).unwrap().to_rgb8();
        let [r, _, b] = seen.get_pixel(4, LOGO_SIDE / 2).0;
        assert!(r > 200 && b < 60, "nothing is cut off");
    }

    #[test]
    fn what_shines_through_is_white() {
        let clear = DynamicImage::from(RgbaImage::new(64, 64));
        let mut bytes = Vec::new();
        clear
            .write_to(&mut Cursor::new(&mut bytes), ImageFormat::Png)
            .unwrap();
        let made = make(&bytes).unwrap();
        let seen = image::load_from_memory(&made).unwrap().to_rgb8();
        assert!(seen.get_pixel(5, 5).0.iter().all(|channel| *channel > 250));
    }

    #[test]
    fn what_is_no_usable_picture_is_refused_before_it_is_decoded() {
        let cases = [
            (b"GIF89a".to_vec(), Unusable::NoPicture),
            (Vec::new(), Unusable::NoPicture),
            (picture(200, 40, ImageFormat::Png), Unusable::TooSmall),
        ];
        for (bytes, why) in cases {
            assert_eq!(make(&bytes), Err(why));
        }
        // A header that promises far more than it holds.
        let mut bomb = picture(64, 64, ImageFormat::Png);
        bomb[16..20].copy_from_slice(&60_000_u32.to_be_bytes());
        bomb[20..24].copy_from_slice(&60_000_u32.to_be_bytes());
        assert!(make(&bomb).is_err());
        let mut torn = picture(300, 300, ImageFormat::Jpeg);
        torn.truncate(200);
        assert!(make(&torn).is_err());
    }
}
