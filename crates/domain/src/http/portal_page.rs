//! The page of a portal: the dashboard in the look of the platform, which may embed it.
//!
//! The files of the dashboard are static, so they know no variable. Where one of `PORTAL_*` is set,
//! portal links lead to a page that the Worker makes from the dashboard's: with the look in it, and
//! with headers that let the platform's own pages embed it. `/dashboard` itself stays as it is, so
//! nobody can embed the page on which the operator signs in.

use serde::Serialize;
use url::Url;

/// The path of the page.
pub const PATH: &str = "/portal";

/// The path of the dashboard's own page, and of the asset from which this page is made.
pub const DASHBOARD: &str = "/dashboard";

/// The longest name of a platform, in characters: what the head of the page has room for.
const NAME_CHARS_MAX: usize = 60;

/// The most origins that may embed the page. All of them are in a header of each answer.
const ORIGINS_MAX: usize = 32;

/// The Content Security Policy of `dashboard/_headers` without what the look changes.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; \
    connect-src 'self'; base-uri 'none'; form-action 'none'; \
    require-trusted-types-for 'script'; trusted-types 'none'";

/// The other headers of `dashboard/_headers`, but for `X-Frame-Options`, which knows no origins.
const HEADERS: [(&str, &str); 6] = [
    ("Cache-Control", "no-cache"),
    ("Cross-Origin-Opener-Policy", "same-origin"),
    ("Cross-Origin-Resource-Policy", "same-origin"),
    ("Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()"),
    ("Referrer-Policy", "no-referrer"),
    ("X-Content-Type-Options", "nosniff"),
];

/// The look of a platform, and the origins that may embed its portal. By default there is none.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PortalLook {
    /// `PORTAL_ORIGINS`: the origins whose pages may embed the portal.
    pub origins: Vec<String>,
    /// `PORTAL_NAME`: the name of the platform.
    pub name: Option<String>,
    /// `PORTAL_LOGO`: the address of its logo.
    pub logo: Option<Url>,
    /// `PORTAL_COLOR`: its colour, as `#` and six hexadecimal digits.
    pub color: Option<String>,
}

/// What the page has of the look, as JSON.
#[derive(Serialize)]
struct InPage<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    logo: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    color: Option<&'a str>,
}

impl PortalLook {
    /// The path of the page to which portal links lead.
    pub fn path(&self) -> &'static str {
        if *self == Self::default() { DASHBOARD } else { PATH }
    }

    /// The page, made from the one of the dashboard.
    pub fn page(&self, dashboard: &str) -> String {
        let logo = self.logo.as_ref().map(Url::as_str);
        let look = InPage { name: self.name.as_deref(), logo, color: self.color.as_deref() };
        let look = escape(&serde_json::to_string(&look).unwrap_or_default());
        dashboard.replacen(
            "<title>",
            &format!("<meta name=\"look\" content=\"{look}\">\n    <title>"),
            1,
        )
    }

    /// The headers of the page.
    pub fn headers(&self) -> Vec<(&'static str, String)> {
        let logo = self.logo.as_ref().map(|logo| logo.origin().ascii_serialization());
        let images = logo.map_or_else(String::new, |origin| format!(" {origin}"));
        let embedding =
            if self.origins.is_empty() { "'none'".to_owned() } else { self.origins.join(" ") };
        let policy = format!("{POLICY}; img-src 'self'{images}; frame-ancestors {embedding}");
        let fixed = HEADERS.map(|(name, value)| (name, value.to_owned()));
        fixed.into_iter().chain([("Content-Security-Policy", policy)]).collect()
    }
}

/// Escapes a text for the value of an attribute.
fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('"', "&quot;").replace('<', "&lt;").replace('>', "&gt;")
}

/// Reads `PORTAL_ORIGINS`, separated by commas or spaces. The error says what is wrong.
pub fn origins(text: &str) -> Result<Vec<String>, String> {
    let origins: Vec<String> =
        text.split([',', ' ']).filter(|part| !part.is_empty()).map(str::to_owned).collect();
    if origins.len() > ORIGINS_MAX {
        return Err(format!("more than {ORIGINS_MAX} origins"));
    }
    match origins.iter().find(|origin| !is_origin(origin)) {
        Some(bad) => Err(format!("{bad:?} is no origin like https://app.example.com")),
        None => Ok(origins),
    }
}

/// Whether a text is an origin for `frame-ancestors`: `https` and a host, whose first label may be
/// `*`, with or without a port; `http` only on this machine.
fn is_origin(text: &str) -> bool {
    let text = text.replacen("://*.", "://any.", 1);
    let Ok(url) = Url::parse(&text) else { return false };
    let is_local = matches!(url.host_str(), Some("localhost" | "127.0.0.1"));
    let is_known = url.scheme() == "https" || url.scheme() == "http" && is_local;
    // The text goes into a header, where `;` and `*` have a meaning, so it has to be nothing but
    // what was understood.
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b".-:/".contains(&byte);
    is_known && text.bytes().all(is_plain) && url.origin().ascii_serialization() == text
}

/// Reads `PORTAL_NAME`. The error says what is wrong.
pub fn name(text: &str) -> Result<String, String> {
    let name = text.trim();
    if name.chars().count() > NAME_CHARS_MAX || name.chars().any(char::is_control) {
        return Err(format!("not a text of at most {NAME_CHARS_MAX} characters in one line"));
    }
    Ok(name.to_owned())
}

/// Reads `PORTAL_LOGO`. The error says what is wrong.
pub fn logo(text: &str) -> Result<Url, String> {
    let url = Url::parse(text.trim()).ok();
    let is_good = |url: &Url| {
        url.scheme() == "https" && url.username().is_empty() && url.password().is_none()
    };
    url.filter(is_good).ok_or_else(|| "not an https URL".to_owned())
}

/// Reads `PORTAL_COLOR`. The error says what is wrong.
pub fn color(text: &str) -> Result<String, String> {
    let digits = text
        .trim()
        .strip_prefix('#')
        .filter(|digits| digits.len() == 6 && digits.bytes().all(|byte| byte.is_ascii_hexdigit()));
    digits
        .map(|digits| format!("#{}", digits.to_ascii_lowercase()))
        .ok_or_else(|| "not a colour like #4b45c6".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: &str = "<head>\n    <title>Webhooks</title>\n</head>";

    fn header(look: &PortalLook, wanted: &str) -> String {
        let found = look.headers().into_iter().find(|(name, _)| *name == wanted);
        found.unwrap_or_default().1
    }

    #[test]
    fn without_a_look_a_portal_is_the_dashboard() {
        assert_eq!(PortalLook::default().path(), "/dashboard");
        let named = PortalLook { name: Some("Acme".to_owned()), ..PortalLook::default() };
        assert_eq!(named.path(), "/portal");
        assert!(header(&named, "Content-Security-Policy").ends_with("; frame-ancestors 'none'"));
    }

    #[test]
    fn the_page_has_the_look_once_and_no_text_of_it_leaves_its_attribute() {
        let look = PortalLook {
            name: Some("A \"B\" <script>&amp;'".to_owned()),
            logo: Some(logo("https://cdn.example.com/logo.svg?a=1&b=<").unwrap()),
            color: Some("#ff0000".to_owned()),
            ..PortalLook::default()
        };
        let page = look.page(PAGE);
        let expected = "<meta name=\"look\" content=\"{&quot;name&quot;:&quot;A \\&quot;B\\&quot; \
            &lt;script&gt;&amp;amp;'&quot;,&quot;logo&quot;:\
            &quot;https://cdn.example.com/logo.svg?a=1&amp;b=%3C&quot;,\
            &quot;color&quot;:&quot;#ff0000&quot;}\">";
        assert!(page.contains(expected), "{page}");
        assert_eq!(page.matches("<meta").count(), 1);
        assert!(page.ends_with("<title>Webhooks</title>\n</head>"), "{page}");
    }

    #[test]
    fn the_policy_allows_the_logo_and_the_platform_and_nothing_else() {
        let look = PortalLook {
            origins: origins("https://app.example.com, https://*.example.org:8443").unwrap(),
            logo: Some(logo("https://cdn.example.com:444/logo.svg").unwrap()),
            ..PortalLook::default()
        };
        let policy = header(&look, "Content-Security-Policy");
        let expected = "; img-src 'self' https://cdn.example.com:444; \
            frame-ancestors https://app.example.com https://*.example.org:8443";
        assert_eq!(policy.strip_prefix(POLICY), Some(expected));
    }

    #[test]
    fn an_origin_is_one_that_a_header_can_carry() {
        for good in [
            "https://app.example.com",
            "https://app.example.com:8443",
            "https://*.example.com",
            "http://localhost:3000",
            "http://127.0.0.1:3000",
        ] {
            assert_eq!(origins(good).unwrap(), [good]);
        }
        assert_eq!(origins("https://a.example ,https://b.example").unwrap().len(), 2);
        assert_eq!(origins(" , ").unwrap(), [""; 0]);
        for bad in [
            "*",
            "https://*",
            "app.example.com",
            "http://app.example.com",
            "https://app.example.com/",
            "https://app.example.com/path",
            "https://app.example.com:443",
            "https://APP.example.com",
            "https://a.*.example.com",
            "https://user@example.com",
            "'self'",
            "data:",
            "https://a.example;script-src",
            "https://a.example\nX-A:b",
        ] {
            assert!(origins(bad).is_err(), "{bad}");
        }
        assert!(origins(&"https://a.example ".repeat(33)).is_err());
    }

    #[test]
    fn a_look_that_cannot_be_shown_is_refused() {
        assert_eq!(name(" Acme Learning ").unwrap(), "Acme Learning");
        assert_eq!(name(&"ä".repeat(60)).unwrap().chars().count(), 60);
        for bad in ["a\nb", &"a".repeat(61)] {
            assert!(name(bad).is_err(), "{bad:?}");
        }
        for bad in
            ["http://a.example/x", "/logo.svg", "data:image/svg+xml,x", "https://u:p@a.example/"]
        {
            assert!(logo(bad).is_err(), "{bad}");
        }
        assert_eq!(color(" #4B45C6 ").unwrap(), "#4b45c6");
        for bad in ["4b45c6", "#4b4", "#4b45cg", "red", "#4b45c60"] {
            assert!(color(bad).is_err(), "{bad}");
        }
    }
}
