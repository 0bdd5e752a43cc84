//! Browser and system in words, from the User-Agent: what somebody recognises in the list of his sessions.

/// Marks of browsers, the more special ones first, since most name their ancestors too.
const BROWSERS: [(&str, &str); 16] = [
    ("wxwork", "WeCom"),
    ("micromessenger", "WeChat"),
    ("dingtalk", "DingTalk"),
    ("lark", "Feishu"),
    ("qqbrowser", "QQ Browser"),
    ("huaweibrowser", "Huawei Browser"),
    ("miuibrowser", "Mi Browser"),
    ("ucbrowser", "UC Browser"),
    ("samsungbrowser", "Samsung Internet"),
    ("edg", "Edge"),
    ("opr/", "Opera"),
    ("firefox", "Firefox"),
    ("fxios", "Firefox"),
    ("crios", "Chrome"),
    ("chrome", "Chrome"),
    ("safari", "Safari"),
];

const SYSTEMS: [(&str, &str); 9] = [
    ("harmonyos", "HarmonyOS"),
    ("openharmony", "HarmonyOS"),
    ("ipad", "iPad"),
    ("iphone", "iPhone"),
    ("android", "Android"),
    ("windows", "Windows"),
    ("mac os x", "macOS"),
    ("cros", "ChromeOS"),
    ("linux", "Linux"),
];

/// Names browser and system, for example `Edge · Windows`; empty if neither is known.
pub fn describe(user_agent: &str) -> String {
    let text = user_agent.to_ascii_lowercase();
    let name = |marks: &[(&str, &'static str)]| {
        let found = marks.iter().find(|(mark, _)| text.contains(mark));
        found.map(|(_, name)| *name)
    };
    let parts: Vec<&str> = name(&BROWSERS).into_iter().chain(name(&SYSTEMS)).collect();
    parts.join(" · ")
}

#[cfg(test)]
mod tests {
    use super::describe;

    #[test]
    fn common_browsers_are_named() {
        for (user_agent, words) in [
            (
                "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0.0.0 Safari/537.36 Edg/130.0.0.0",
                "Edge · Windows",
            ),
            (
                "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Safari/605.1.15",
                "Safari · macOS",
            ),
            (
                "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148 MicroMessenger/8.0.50(0x18003233) NetType/WIFI",
                "WeChat · iPhone",
            ),
            (
                "Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0.0.0 Mobile Safari/537.36",
                "Chrome · Android",
            ),
            (
                "Mozilla/5.0 (X11; Linux x86_64; rv:132.0) Gecko/20100101 Firefox/132.0",
                "Firefox · Linux",
            ),
            ("curl/8.5.0", ""),
        ] {
            assert_eq!(describe(user_agent), words);
        }
    }
}
