//! The fault pages as HTML: the few forms of Markdown that they use, and nothing else.

/// Renders `###` headings, paragraphs, `-`, `- [ ]` and `1.` lists, fenced code, `**strong**` and `` `code` ``.
pub(crate) fn html(markdown: &str) -> String {
    let mut html = String::with_capacity(markdown.len() * 2);
    let mut open: Option<&'static str> = None;
    let mut in_code = false;
    for line in markdown.lines() {
        if line.starts_with("```") {
            close(&mut html, &mut open);
            html.push_str(if in_code { "</pre>\n" } else { "<pre>" });
            in_code = !in_code;
            continue;
        }
        if in_code {
            escape(line, &mut html);
            html.push('\n');
            continue;
        }
        let (wanted, class, text) = form(line);
        if open != wanted {
            close(&mut html, &mut open);
            if let Some(tag) = wanted {
                html.push_str(&format!("<{tag}>\n"));
                open = wanted;
            }
        }
        match (wanted, text) {
            (_, "") => {}
            (Some("p"), text) => {
                inline(text, &mut html);
                html.push('\n');
            }
            (Some(_), text) => {
                html.push_str(if class { "<li class=\"tick\">" } else { "<li>" });
                inline(text, &mut html);
                html.push_str("</li>\n");
            }
            (None, text) => {
                html.push_str("<h3>");
                inline(text, &mut html);
                html.push_str("</h3>\n");
            }
        }
    }
    close(&mut html, &mut open);
    if in_code {
        html.push_str("</pre>\n");
    }
    html
}

// The element that a line belongs to (none for headings and blank lines), whether it is to be ticked, and its text.
fn form(line: &str) -> (Option<&'static str>, bool, &str) {
    if let Some(text) = line.strip_prefix("### ") {
        (None, false, text)
    } else if let Some(text) = line.strip_prefix("- [ ] ") {
        (Some("ul"), true, text)
    } else if let Some(text) = line.strip_prefix("- ") {
        (Some("ul"), false, text)
    } else if let Some((number, text)) = line.split_once(". ")
        && !number.is_empty()
        && number.bytes().all(|b| b.is_ascii_digit())
    {
        (Some("ol"), false, text)
    } else if line.trim().is_empty() {
        (None, false, "")
    } else {
        (Some("p"), false, line)
    }
}

fn close(html: &mut String, open: &mut Option<&'static str>) {
    if let Some(tag) = open.take() {
        html.push_str(&format!("</{tag}>\n"));
    }
}

fn inline(text: &str, html: &mut String) {
    for (n, part) in text.split('`').enumerate() {
        if n % 2 == 1 {
            html.push_str("<code>");
            escape(part, html);
            html.push_str("</code>");
            continue;
        }
        for (n, part) in part.split("**").enumerate() {
            if n % 2 == 1 {
                html.push_str("<strong>");
                escape(part, html);
                html.push_str("</strong>");
            } else {
                escape(part, html);
            }
        }
    }
}

fn escape(text: &str, html: &mut String) {
    for c in text.chars() {
        match c {
            '<' => html.push_str("&lt;"),
            '>' => html.push_str("&gt;"),
            '&' => html.push_str("&amp;"),
            '"' => html.push_str("&quot;"),
            c => html.push(c),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_forms_that_fault_pages_use_are_drawn() {
        let markdown = "### Meaning\n\nIt **is** `a<b`.\n\n1. one\n2. two\n\n- [ ] do\n- x\n\n```\n<script>\n```\n";
        let expected = "<h3>Meaning</h3>\n<p>\nIt <strong>is</strong> <code>a&lt;b</code>.\n</p>\n<ol>\n<li>one</li>\n\
            <li>two</li>\n</ol>\n<ul>\n<li class=\"tick\">do</li>\n<li>x</li>\n</ul>\n<pre>&lt;script&gt;\n</pre>\n";
        assert_eq!(html(markdown), expected);
    }

    #[test]
    fn every_fault_page_is_drawn_without_a_mark_left_over() {
        for page in crate::api::fault_pages::all() {
            for language in [crate::api::language::Language::Chinese, crate::api::language::Language::English] {
                let html = html(page.section(language));
                for left in ["**", "###", "[ ]", "```", "](", "<p>\n| "] {
                    assert!(!html.contains(left), "{}: {left}", page.code);
                }
            }
        }
    }
}
