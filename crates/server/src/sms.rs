//! The carrier of text messages that is reached by HTTP: each message is posted as JSON to one address.

use std::{fmt, time::Duration};

use guanxi_app::outside::{Message, Sms, SmsError};
use serde_json::json;
use ureq::Agent;

/// Time for one try, from the name of the host to the end of the answer.
const PATIENCE: Duration = Duration::from_secs(5);

/// Posts messages to a carrier.
pub(crate) struct HttpSms {
    agent: Agent,
    url: String,
    header: Option<(String, String)>,
}

impl fmt::Debug for HttpSms {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Address and header hold secrets.
        f.debug_struct("HttpSms").finish_non_exhaustive()
    }
}

impl HttpSms {
    /// A carrier at this address, which may ask for a header.
    pub(crate) fn new(url: String, header: Option<(String, String)>) -> Self {
        let config = Agent::config_builder()
            .timeout_global(Some(PATIENCE))
            .max_redirects(0)
            .user_agent(concat!("guanxi/", env!("CARGO_PKG_VERSION")))
            .build();
        Self {
            agent: config.into(),
            url,
            header,
        }
    }

    fn post(&self, message: &Message) -> Result<(), ureq::Error> {
        let mut request = self.agent.post(&self.url);
        if let Some((name, value)) = &self.header {
            request = request.header(name, value);
        }
        let body = json!({
            "to": message.to.to_string(),
            "template": message.template,
            "language": message.language,
            "code": message.value,
        });
        request.send_json(body).map(drop)
    }
}

impl Sms for HttpSms {
    fn send(&self, message: &Message) -> Result<(), SmsError> {
        let done = match self.post(message) {
            // It has looked at the message and does not want it.
            Err(ureq::Error::StatusCode(status)) if status < 500 => {
                Err(ureq::Error::StatusCode(status))
            }
            Err(_) => self.post(message),
            done => done,
        };
        done.map_err(|error| SmsError(reason(&error)))
    }
}

/// What went wrong, without the address and whatever else the library would tell.
fn reason(error: &ureq::Error) -> String {
    match error {
        ureq::Error::StatusCode(status) => format!("it answers {status}"),
        ureq::Error::Timeout(_) => format!("no answer within {} s", PATIENCE.as_secs()),
        ureq::Error::HostNotFound => "its host is not known".into(),
        ureq::Error::ConnectionFailed => "it cannot be connected to".into(),
        ureq::Error::Io(error) => error.kind().to_string(),
        ureq::Error::Tls(_) | ureq::Error::Rustls(_) => "its certificate is not trusted".into(),
        _ => "the exchange failed".into(),
    }
}
