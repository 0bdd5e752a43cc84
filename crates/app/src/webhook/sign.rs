//! Secrets and signatures after the Standard Webhooks specification.

use data_encoding::BASE64;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use crate::outside::Chance;

/// Bytes of a secret.
const SECRET_BYTES: usize = 32;

/// A new secret.
pub fn new_secret(chance: &dyn Chance) -> Vec<u8> {
    let mut secret = vec![0; SECRET_BYTES];
    chance.fill(&mut secret);
    secret
}

/// A secret as receivers configure it: `whsec_` and base64.
pub fn secret_text(secret: &[u8]) -> String {
    format!("whsec_{}", BASE64.encode(secret))
}

/// The three headers of a message sent at this second. All keys sign, so that a receiver that knows either can verify it.
pub fn headers<'a>(
    id: &str,
    at_s: i64,
    body: &str,
    keys: impl Iterator<Item = &'a [u8]>,
) -> Vec<(&'static str, String)> {
    let signatures = keys.map(|key| {
        let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("a key of any length is accepted");
        for part in [id, ".", &at_s.to_string(), ".", body] {
            mac.update(part.as_bytes());
        }
        format!("v1,{}", BASE64.encode(&mac.finalize().into_bytes()))
    });
    vec![
        ("webhook-id", id.to_owned()),
        ("webhook-timestamp", at_s.to_string()),
        (
            "webhook-signature",
            signatures.collect::<Vec<_>>().join(" "),
        ),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of the specification's reference libraries.
    #[test]
    fn a_signature_is_that_of_the_specification() {
        let secret = BASE64.decode(b"MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").unwrap();
        let made = headers(
            "msg_p5jXN8AQM9LWM0D4loKWxJek",
            1_614_265_330,
            r#"{"test": 2432232314}"#,
            std::iter::once(secret.as_slice()),
        );
        assert_eq!(made[2].1, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
        assert_eq!(made[1].1, "1614265330");
        assert_eq!(
            secret_text(&secret),
            "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
        );
        let keys: [&[u8]; 2] = [&secret, &[7; 32]];
        let both = headers("msg_1", 1, "{}", keys.into_iter());
        assert_eq!(both[2].1.split(' ').count(), 2);
    }
}
