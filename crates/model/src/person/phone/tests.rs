//! Notations of many countries; what each number must come to is from Google's own metadata and reader.

use super::*;

/// Region, national notation, international notation, E.164.
const EXAMPLES: [(&str, &str, &str, &str); 60] = [
    ("CN", "131 2345 6789", "+86 131 2345 6789", "+8613123456789"),
    ("HK", "5123 4567", "+852 5123 4567", "+85251234567"),
    ("TW", "0912 345 678", "+886 912 345 678", "+886912345678"),
    ("MO", "6612 3456", "+853 6612 3456", "+85366123456"),
    ("JP", "090-1234-5678", "+81 90-1234-5678", "+819012345678"),
    ("KR", "010-2000-0000", "+82 10-2000-0000", "+821020000000"),
    ("SG", "8123 4567", "+65 8123 4567", "+6581234567"),
    ("MY", "012-345 6789", "+60 12-345 6789", "+60123456789"),
    ("TH", "081 234 5678", "+66 81 234 5678", "+66812345678"),
    ("VN", "0912 345 678", "+84 912 345 678", "+84912345678"),
    ("ID", "0812-345-678", "+62 812-345-678", "+62812345678"),
    ("PH", "0905 123 4567", "+63 905 123 4567", "+639051234567"),
    ("IN", "081234 56789", "+91 81234 56789", "+918123456789"),
    ("PK", "0301 2345678", "+92 301 2345678", "+923012345678"),
    ("BD", "01812-345678", "+880 1812-345678", "+8801812345678"),
    ("LK", "071 234 5678", "+94 71 234 5678", "+94712345678"),
    ("AE", "050 123 4567", "+971 50 123 4567", "+971501234567"),
    ("SA", "051 234 5678", "+966 51 234 5678", "+966512345678"),
    ("IL", "050-234-5678", "+972 50-234-5678", "+972502345678"),
    ("TR", "0501 234 56 78", "+90 501 234 56 78", "+905012345678"),
    (
        "RU",
        "8 (912) 345-67-89",
        "+7 912 345-67-89",
        "+79123456789",
    ),
    ("UA", "050 123 4567", "+380 50 123 4567", "+380501234567"),
    ("KZ", "8 (771) 000 9998", "+7 771 000 9998", "+77710009998"),
    ("DE", "01512 3456789", "+49 1512 3456789", "+4915123456789"),
    ("FR", "06 12 34 56 78", "+33 6 12 34 56 78", "+33612345678"),
    ("GB", "07400 123456", "+44 7400 123456", "+447400123456"),
    ("IT", "312 345 6789", "+39 312 345 6789", "+393123456789"),
    ("ES", "612 34 56 78", "+34 612 34 56 78", "+34612345678"),
    ("PT", "912 345 678", "+351 912 345 678", "+351912345678"),
    ("NL", "06 12345678", "+31 6 12345678", "+31612345678"),
    ("BE", "0450 00 12 34", "+32 450 00 12 34", "+32450001234"),
    ("CH", "078 123 45 67", "+41 78 123 45 67", "+41781234567"),
    ("AT", "0664 123456", "+43 664 123456", "+43664123456"),
    ("SE", "070-123 45 67", "+46 70 123 45 67", "+46701234567"),
    ("NO", "40 61 23 45", "+47 40 61 23 45", "+4740612345"),
    ("DK", "34 41 23 45", "+45 34 41 23 45", "+4534412345"),
    ("FI", "041 2345678", "+358 41 2345678", "+358412345678"),
    ("PL", "512 345 678", "+48 512 345 678", "+48512345678"),
    ("CZ", "601 123 456", "+420 601 123 456", "+420601123456"),
    ("HU", "06 20 123 4567", "+36 20 123 4567", "+36201234567"),
    ("GR", "691 234 5678", "+30 691 234 5678", "+306912345678"),
    ("RO", "0712 034 567", "+40 712 034 567", "+40712034567"),
    ("IE", "085 012 3456", "+353 85 012 3456", "+353850123456"),
    ("US", "(201) 555-0123", "+1 201-555-0123", "+12015550123"),
    ("CA", "(506) 234-5678", "+1 506-234-5678", "+15062345678"),
    ("MX", "222 123 4567", "+52 222 123 4567", "+522221234567"),
    (
        "BR",
        "(11) 96123-4567",
        "+55 11 96123-4567",
        "+5511961234567",
    ),
    (
        "AR",
        "011 15-2345-6789",
        "+54 9 11 2345-6789",
        "+5491123456789",
    ),
    ("CL", "(2) 2123 4567", "+56 2 2123 4567", "+56221234567"),
    ("CO", "321 1234567", "+57 321 1234567", "+573211234567"),
    ("PE", "912 345 678", "+51 912 345 678", "+51912345678"),
    ("AU", "0412 345 678", "+61 412 345 678", "+61412345678"),
    ("NZ", "021 123 4567", "+64 21 123 4567", "+64211234567"),
    ("ZA", "071 123 4567", "+27 71 123 4567", "+27711234567"),
    ("EG", "010 01234567", "+20 10 01234567", "+201001234567"),
    ("NG", "0802 123 4567", "+234 802 123 4567", "+2348021234567"),
    ("KE", "0712 123456", "+254 712 123456", "+254712123456"),
    (
        "MA",
        "06 50 12 34 56",
        "+212 6 50 12 34 56",
        "+212650123456",
    ),
    ("IS", "611 1234", "+354 611 1234", "+3546111234"),
    ("SM", "66 66 12 12", "+378 66 66 12 12", "+37866661212"),
];

fn e164(text: &str, region: &str) -> Result<String, &'static str> {
    Phone::parse(text, region)
        .map(|phone| phone.to_string())
        .map_err(|invalid| invalid.code)
}

#[test]
fn many_countries_agree() {
    for (region, national, international, expected) in EXAMPLES {
        assert_eq!(e164(national, region).as_deref(), Ok(expected), "{region}");
        assert_eq!(
            e164(international, "CN").as_deref(),
            Ok(expected),
            "{region}"
        );
        assert_eq!(e164(expected, "").as_deref(), Ok(expected), "{region}");
        let phone = Phone::parse(expected, "CN").unwrap();
        let readable = if region == "CN" {
            national
        } else {
            international
        };
        assert_eq!(phone.readable(), readable);
        assert_eq!(phone, Phone::parse(&phone.readable(), region).unwrap());
        assert!(phone.is_mobile(), "{region}");
    }
}

#[test]
fn every_notation_comes_to_one_number() {
    for text in [
        "13800138000",
        " 138 0013 8000 ",
        "138-0013-8000",
        "１３８００１３８０００",
        "+86 138 0013 8000",
        "＋８６－１３８－００１３－８０００",
        "0086 13800138000",
        "86 13800138000",
        "8613800138000",
        "(+86)138 0013 8000",
        "138.0013.8000",
        "138　0013　8000",
        "\u{202d}138 0013 8000\u{202c}",
        "tel:+8613800138000",
        "138\u{2013}0013\u{2011}8000",
    ] {
        assert_eq!(
            e164(text, "CN").as_deref(),
            Ok("+8613800138000"),
            "{text:?}"
        );
    }
    for region in ["US", "JP", "HK", ""] {
        for text in [
            "008613800138000",
            "0086 138 0013 8000",
            "8613800138000",
            "+8613800138000",
        ] {
            assert_eq!(
                e164(text, region).as_deref(),
                Ok("+8613800138000"),
                "{text} in {region}"
            );
        }
    }
    assert_eq!(e164("010-6552 9988", "CN").as_deref(), Ok("+861065529988"));
    assert_eq!(e164("02 1234 5678", "IT").as_deref(), Ok("+390212345678"));
    assert_eq!(
        e164("011 15-2345-6789", "AR").as_deref(),
        Ok("+5491123456789")
    );
}

#[test]
fn what_is_wrong_is_told_apart() {
    for (text, code) in [
        ("", "required"),
        (" \u{200b}\u{3000}", "required"),
        ("tel:", "required"),
        ("13800l38000", "phone_letters"),
        ("1-800-FLOWERS", "phone_letters"),
        ("电话13800138000", "phone_letters"),
        ("138****8000", "phone_invalid"),
        ("13800138000;13900139000", "phone_invalid"),
        ("---", "phone_invalid"),
        ("1", "phone_too_short"),
        ("110", "phone_too_short"),
        ("1380013800", "phone_too_short"),
        ("13800138", "phone_too_short"),
        ("138001380001", "phone_too_long"),
        ("13800138000/13900139000", "phone_too_long"),
        ("12800138000", "phone_invalid"),
        ("+999 123456789", "phone_country"),
        ("+1 201 555 01", "phone_too_short"),
        ("+1 201 555 01234", "phone_too_long"),
        ("+44 1 23 45 67", "phone_too_short"),
    ] {
        assert_eq!(e164(text, "CN"), Err(code), "{text:?}");
    }
    assert_eq!(e164(&"1".repeat(5000), "CN"), Err("phone_invalid"));
    assert_eq!(e164("13800138000", ""), Err("phone_country"));
    assert_eq!(
        Phone::parse("x", "CN"),
        Err(Invalid::new("mobile", "phone_letters"))
    );
}

#[test]
fn a_mask_hides_four_digits_or_more() {
    for (number, masked) in [
        ("+8613812342046", "138 **** 2046"),
        ("+447400123456", "+44 740 **** 456"),
        ("+85251234567", "+852 51 **** 67"),
        ("+4915123456789", "+49 151 **** 6789"),
        ("+3546111234", "+354 6 **** 34"),
    ] {
        assert_eq!(Phone::parse(number, "").unwrap().masked(), masked);
    }
    for (.., number) in EXAMPLES {
        let masked = Phone::parse(number, "").unwrap().masked();
        let shown = masked.bytes().filter(u8::is_ascii_digit).count();
        assert!(
            masked.contains("****") && shown + 4 < number.len(),
            "{masked}"
        );
    }
}

#[test]
fn a_landline_is_no_mobile() {
    assert!(!Phone::parse("010-65529988", "CN").unwrap().is_mobile());
    assert!(Phone::parse("13800138000", "CN").unwrap().is_mobile());
}

#[test]
fn a_stored_number_reads_back_by_its_form() {
    let phone = Phone::parse("13800138000", "CN").unwrap();
    assert_eq!(serde_json::to_string(&phone).unwrap(), "\"+8613800138000\"");
    assert_eq!(
        serde_json::from_str::<Phone>("\"+8613800138000\"").unwrap(),
        phone
    );
    for text in [
        "13800138000",
        "+",
        "+0138001380",
        "+86138a",
        "+1234",
        "+1234567890123456789",
    ] {
        assert!(text.parse::<Phone>().is_err(), "{text}");
    }
}

#[test]
fn regions_are_those_of_the_metadata() {
    assert!(is_region("CN") && is_region("US"));
    assert!(!is_region("") && !is_region("ZZ") && !is_region("CHN"));
}

#[test]
fn every_example_of_the_metadata_reads_as_itself() {
    use PhoneNumberFormat::{E164, International, National};
    use PhoneNumberType as Type;
    let types = [
        Type::FixedLine,
        Type::Mobile,
        Type::TollFree,
        Type::PremiumRate,
        Type::SharedCost,
        Type::VoIP,
        Type::PersonalNumber,
        Type::Pager,
        Type::UAN,
        Type::VoiceMail,
    ];
    let mut count = 0;
    for region in PHONE_NUMBER_UTIL.get_supported_regions() {
        for of in types {
            let found = PHONE_NUMBER_UTIL.get_example_number_for_type_and_region(region, of);
            let Ok(number) = found else {
                continue;
            };
            count += 1;
            let e164 = number.format_as(E164).into_owned();
            for notation in [National, International, E164] {
                let text = number.format_as(notation);
                let read = Phone::parse(&text, &region.to_string()).map(String::from);
                assert_eq!(read.as_ref(), Ok(&e164), "{text} in {region}");
            }
        }
    }
    assert!(count > 1000, "the metadata has only {count} examples");
}
