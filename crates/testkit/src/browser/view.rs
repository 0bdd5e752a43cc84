//! The eyes through which a test looks at a page: window, colours, language, with or without script.

use serde_json::{Value, json};

/// The size of the window and what it is touched with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Screen {
    /// 390 × 844, mobile layout, touch where there is script.
    Phone,
    /// 1280 × 900, mouse.
    Desktop,
}

impl Screen {
    /// Returns width and height in CSS pixels.
    pub const fn size(self) -> (u32, u32) {
        match self {
            Self::Phone => (390, 844),
            Self::Desktop => (1280, 900),
        }
    }
}

/// How a session looks at pages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct View {
    pub screen: Screen,
    pub dark: bool,
    pub script: bool,
    /// The language asked for, e.g. `zh-CN` or `en`.
    pub language: &'static str,
}

impl View {
    /// A phone in light colours and Chinese.
    pub const PHONE: Self = Self {
        screen: Screen::Phone,
        dark: false,
        script: true,
        language: "zh-CN",
    };
    /// A desktop in light colours and Chinese.
    pub const DESKTOP: Self = Self {
        screen: Screen::Desktop,
        ..Self::PHONE
    };

    /// Returns the same view in dark colours.
    #[must_use]
    pub const fn dark(self) -> Self {
        Self { dark: true, ..self }
    }

    /// Returns the same view with JavaScript turned off.
    #[must_use]
    pub const fn without_script(self) -> Self {
        Self {
            script: false,
            ..self
        }
    }

    /// Returns the same view asking for another language.
    #[must_use]
    pub const fn in_language(self, language: &'static str) -> Self {
        Self { language, ..self }
    }

    /// Returns what chromedriver needs to know to open the window, with more arguments for the browser.
    pub(super) fn capabilities(
        self,
        profile: &str,
        more: &[String],
    ) -> serde_json::Map<String, Value> {
        let (width, height) = self.screen.size();
        let mut chrome = json!({
            "args": [
                "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--disable-quic",
                "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync",
                "--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream",
                format!("--window-size={width},{height}"),
                format!("--lang={}", self.language),
                format!("--user-data-dir={profile}"),
            ],
            "prefs": {
                "intl.accept_languages": self.language,
                "profile.password_manager_enabled": false,
                "credentials_enable_service": false,
            },
        });
        if let Some(arguments) = chrome["args"].as_array_mut() {
            arguments.extend(more.iter().map(|argument| json!(argument)));
        }
        if self.screen == Screen::Phone {
            // The driver's touch waits for ever in a page without script; a mouse does there.
            let touch = self.script;
            chrome["mobileEmulation"] = json!({
                "deviceMetrics": { "width": width, "height": height, "pixelRatio": 2, "touch": touch, "mobile": true },
            });
        }
        let mut capabilities = serde_json::Map::new();
        capabilities.insert("goog:chromeOptions".to_owned(), chrome);
        capabilities.insert("goog:loggingPrefs".to_owned(), json!({ "browser": "ALL" }));
        capabilities
    }

    /// Returns the DevTools commands that complete the view once the window is open.
    pub(super) fn devtools_commands(self) -> Vec<(&'static str, Value)> {
        let scheme = if self.dark { "dark" } else { "light" };
        let mut commands = vec![(
            "Emulation.setEmulatedMedia",
            json!({ "features": [
                { "name": "prefers-color-scheme", "value": scheme },
                // A picture taken in the middle of a movement differs from run to run.
                { "name": "prefers-reduced-motion", "value": "reduce" },
            ] }),
        )];
        if self.screen == Screen::Desktop {
            // The window size counts the frame of the browser, a page does not.
            let (width, height) = self.screen.size();
            let metrics = json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": false });
            commands.push(("Emulation.setDeviceMetricsOverride", metrics));
        }
        if !self.script {
            commands.push((
                "Emulation.setScriptExecutionDisabled",
                json!({ "value": true }),
            ));
        }
        commands
    }
}
