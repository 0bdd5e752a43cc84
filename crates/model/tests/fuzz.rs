//! Whatever is sent as a number, an address or an identifier: nothing panics, and what is read reads again.

use guanxi_model::{
    id::{MemberId, RequestId},
    person::{Email, Phone},
};
use proptest::prelude::*;

/// Texts that look a little like what is meant, and texts that do not.
fn near(pattern: &'static str) -> impl Strategy<Value = String> {
    prop_oneof![pattern, ".{0,80}"]
}

proptest! {
    #[test]
    fn phones(text in near("[+＋0-9０-９ ()./-]{0,24}"), region in near("[A-Z]{2}")) {
        if let Ok(phone) = Phone::parse(&text, &region) {
            prop_assert_eq!(phone.to_string().parse(), Ok(phone));
            prop_assert!(phone.masked().contains("****"));
        }
    }

    #[test]
    fn emails(text in near("[a-zA-Z0-9.+_-]{1,12}@[a-z0-9.-]{1,16}\\.[a-z]{2,4}")) {
        if let Ok(email) = Email::parse(&text) {
            prop_assert!(!email.masked().is_empty() && !email.domain().is_empty());
            prop_assert_eq!(email.as_str().parse(), Ok(email));
        }
    }

    #[test]
    fn identifiers(text in near("[0-9a-fA-F]{30,34}"), number in any::<u128>()) {
        if let Ok(id) = text.parse::<MemberId>() {
            prop_assert_eq!(id.to_string(), text.to_lowercase());
        }
        let id = RequestId::from_u128(number);
        prop_assert_eq!(id.to_string().parse(), Ok(id));
    }
}
