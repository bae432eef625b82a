//! Plain text from the little HTML that some platforms put into a post.

/// Whether a post's text is HTML: Mastodon wraps every post in paragraphs. The first one of a quote
/// has a class (`<p class="quote-inline">`).
pub(crate) fn is_html_post(text: &str) -> bool {
    let text = text.trim();
    let is_paragraph = text
        .strip_prefix("<p")
        .is_some_and(|rest| rest.starts_with(['>', ' ']));
    is_paragraph && text.ends_with("</p>")
}

/// Whether a client's name is a link: X names the client as `<a href="…">Twitter for iPhone</a>`.
pub(crate) fn is_link(text: &str) -> bool {
    let text = text.trim();
    text.starts_with("<a ") && text.ends_with("</a>")
}

/// Drops tags, turns line breaks and paragraphs into newlines, and decodes entities.
///
/// The platforms send well-formed HTML with `<` escaped in text, so a `<` always opens a tag;
/// one that never closes is kept as it stands.
pub(crate) fn plain_text(html: &str) -> String {
    let mut text = String::with_capacity(html.len());
    let mut rest = html;
    while let Some((before, after)) = rest.split_once('<') {
        let Some((tag, after)) = after.split_once('>') else {
            break;
        };
        text.push_str(before);
        let name = tag.split(|c: char| c.is_whitespace() || c == '/').next();
        match name {
            Some("br") => text.push('\n'),
            Some("p") if !text.is_empty() => text.push_str("\n\n"),
            _ => {}
        }
        rest = after;
    }
    text.push_str(rest);
    html_escape::decode_html_entities(text.trim()).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn posts_and_clients_become_text() {
        for (html, expected) in [
            (
                "<p>@exampleair my bag is lost &amp; nobody answers</p>",
                "@exampleair my bag is lost & nobody answers",
            ),
            (
                "<p>one<br>two<br />three</p><p>four</p>",
                "one\ntwo\nthree\n\nfour",
            ),
            (
                "<p><a href=\"https://x.example/\" rel=\"tag\">#<span>late</span></a> again</p>",
                "#late again",
            ),
            ("<p>1 &lt; 2</p>", "1 < 2"),
            ("<p>cut <a href", "cut <a href"),
            ("", ""),
        ] {
            assert_eq!(plain_text(html), expected);
        }
        assert!(is_html_post(" <p>x</p>\n"));
        assert!(is_html_post("<p class=\"quote-inline\">RE: x</p><p>y</p>"));
        assert!(!is_html_post("<pre>x</p>"));
        assert!(!is_html_post("I <3 you"));
        assert!(is_link("<a href=\"x\">Twitter for iPhone</a>"));
        assert_eq!(
            plain_text("<a href=\"x\">Twitter for iPhone</a>"),
            "Twitter for iPhone"
        );
    }
}
