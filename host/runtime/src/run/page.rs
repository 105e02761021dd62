//! Pages as guests return them: read, checked against the vocabulary and the manifest.

use xl_model::block::Block;
use xl_model::block::Field;
use xl_model::block::Input;
use xl_model::block::MAX_BLOCKS;
use xl_model::block::Page;
use xl_model::block::Target;
use xl_model::digital_link::DigitalLink;
use xl_model::manifest::Manifest;

use super::PageFault;
use super::Visit;
use crate::Plugin;
use crate::bindings::exports::xueliang::hub::pages::PagesError;
use crate::guest::journal::plain;
use crate::json;

/// Most bytes of a page.
const MAX_PAGE_BYTES: usize = 256 * 1024;

/// Most points of a chart.
const MAX_POINTS: usize = 500;

/// Most bytes of a guest's own words about a fault.
const MAX_WORDS_BYTES: usize = 1024;

/// Most bytes of a form's faults.
const MAX_FORM_BYTES: usize = 16 * 1024;

/// Whether the manifest has the page, open to whoever comes.
pub(super) fn is_open(plugin: &Plugin, visit: &Visit) -> bool {
    plugin.has_pages()
        && plugin.manifest.pages.iter().any(|entry| entry.name == visit.page && (entry.public || visit.link.is_none()))
}

/// Reads a page; the error says what is wrong with it.
pub(super) fn read(manifest: &Manifest, text: &str) -> Result<Page, String> {
    if text.len() > MAX_PAGE_BYTES {
        return Err(format!("the page is larger than {MAX_PAGE_BYTES} bytes"));
    }
    let page: Page = serde_json::from_str(text).map_err(|error| plain(&error.to_string(), MAX_WORDS_BYTES))?;
    if page.blocks.len() > MAX_BLOCKS {
        return Err(format!("the page has more than {MAX_BLOCKS} blocks"));
    }
    page.blocks.iter().try_for_each(|block| fits(manifest, block))?;
    Ok(page)
}

/// Whether a page of the manifest stands at the end of a way, with a query that it can read.
pub(super) fn leads(manifest: &Manifest, page: &str, query: &str) -> Result<(), String> {
    exists(manifest, page)?;
    json::strings(query).map_err(|detail| plain(&format!("query: {detail}"), MAX_WORDS_BYTES))
}

/// What a guest said against showing a page or acting.
pub(super) fn fault(error: PagesError) -> PageFault {
    match error {
        PagesError::NotFound => PageFault::NotFound,
        PagesError::Other(words) => PageFault::Other(plain(&words, MAX_WORDS_BYTES)),
        PagesError::Invalid(text) if text.len() > MAX_FORM_BYTES => {
            PageFault::BadPage(format!("the form's faults are larger than {MAX_FORM_BYTES} bytes"))
        }
        PagesError::Invalid(text) => match serde_json::from_str(&text) {
            Ok(errors) => PageFault::Invalid(errors),
            Err(error) => PageFault::BadPage(plain(&format!("the form's faults: {error}"), MAX_WORDS_BYTES)),
        },
    }
}

fn fits(manifest: &Manifest, block: &Block) -> Result<(), String> {
    match block {
        Block::Table { columns, rows, next, .. } => {
            target(manifest, next.as_ref())?;
            rows.iter().try_for_each(|row| {
                if row.cells.len() != columns.len() {
                    return Err(format!("a row has {} cells for {} columns", row.cells.len(), columns.len()));
                }
                target(manifest, row.to.as_ref())
            })
        }
        Block::Board { columns } => {
            let mut cards = columns.iter().flat_map(|column| &column.cards);
            cards.try_for_each(|card| target(manifest, card.to.as_ref()))
        }
        Block::Actions { links } => links.iter().try_for_each(|link| target(manifest, Some(&link.to))),
        Block::Chart { points, .. } if points.len() > MAX_POINTS => {
            Err(format!("a chart has more than {MAX_POINTS} points"))
        }
        Block::Qr { digital_link: Some(path), .. } if DigitalLink::read(path).is_none() => {
            Err(format!("`{}` is no GS1 Digital Link of a product", plain(path, 64)))
        }
        Block::Form { fields, .. } => fields.iter().try_for_each(words),
        _ => Ok(()),
    }
}

/// Values of several choices arrive with a space between, so none may have one inside.
fn words(field: &Field) -> Result<(), String> {
    let Input::Many { options } = &field.input else { return Ok(()) };
    let is_word = |value: &str| !value.is_empty() && !value.contains(char::is_whitespace);
    if options.iter().all(|option| is_word(&option.value)) {
        Ok(())
    } else {
        Err(format!("a choice of field `{}` is empty or has a blank in it", plain(&field.name, 64)))
    }
}

fn target(manifest: &Manifest, target: Option<&Target>) -> Result<(), String> {
    target.map_or(Ok(()), |target| exists(manifest, &target.page))
}

fn exists(manifest: &Manifest, page: &str) -> Result<(), String> {
    if manifest.pages.iter().any(|entry| entry.name == page) {
        Ok(())
    } else {
        Err(format!("the manifest has no page `{}`", plain(page, 64)))
    }
}

#[cfg(test)]
mod tests {
    use xl_model::block::FormErrors;

    use super::*;

    fn manifest() -> Manifest {
        serde_json::from_value(serde_json::json!({
            "id": "p", "version": "1.0.0", "hub": "0.1.0",
            "name": {"zh": "名", "en": "name"}, "description": {"zh": "述", "en": "text"},
            "pages": [{"name": "home", "title": {"zh": "首页", "en": "Home"}}],
        }))
        .unwrap()
    }

    fn refused(blocks: serde_json::Value) -> String {
        let text = serde_json::json!({"title": "t", "blocks": blocks}).to_string();
        read(&manifest(), &text).unwrap_err()
    }

    #[test]
    fn what_is_not_of_the_vocabulary_is_no_page() {
        use serde_json::json;
        let point = json!({"time_ms": 1, "value": 1.0});
        let points = vec![point; 501];
        for (blocks, words) in [
            (json!([{"block": "script"}]), "unknown variant"),
            (json!(vec![json!({"block": "text", "text": ""}); 201]), "200 blocks"),
            (json!([{"block": "table", "columns": ["a", "b"], "rows": [{"cells": ["1"]}]}]), "1 cells for 2"),
            (json!([{"block": "table", "columns": [], "rows": [], "next": {"page": "gone"}}]), "no page `gone`"),
            (
                json!([{"block": "form", "action": "a", "submit": "s", "fields": [{"name": "n", "label": "l",
                "input": {"as": "many", "options": [{"value": "a b", "label": ""}]}}]}]),
                "field `n`",
            ),
            (json!([{"block": "actions", "links": [{"text": "x", "to": {"page": "gone"}}]}]), "no page `gone`"),
            (json!([{"block": "chart", "title": "", "unit": "", "points": points}]), "500 points"),
            (
                json!([{"block": "qr", "link": "c", "caption": "", "digital_link": "01/09521234543214/10/A"}]),
                "no GS1 Digital Link",
            ),
            (json!([{"block": "text", "text": "x".repeat(256 * 1024)}]), "262144 bytes"),
        ] {
            let detail = refused(blocks);
            assert!(detail.contains(words), "{detail}");
        }
        let page = read(&manifest(), r#"{"title":"t","blocks":[{"block":"actions","links":[]}]}"#).unwrap();
        assert_eq!(page.blocks.len(), 1);
    }

    #[test]
    fn a_way_leads_to_a_page_of_the_manifest() {
        assert_eq!(leads(&manifest(), "home", r#"{"a":"b"}"#), Ok(()));
        assert!(leads(&manifest(), "gone", "{}").is_err());
        assert!(leads(&manifest(), "home", r#"{"a":1}"#).is_err());
    }

    #[test]
    fn the_faults_of_a_form_are_read_or_the_answer_is_none() {
        let said = |text: &str| fault(PagesError::Invalid(text.to_owned()));
        let fields = [("kg".to_owned(), "必填".to_owned())].into();
        assert_eq!(said(r#"{"fields":{"kg":"必填"}}"#), PageFault::Invalid(FormErrors { summary: None, fields }));
        assert!(matches!(said("no"), PageFault::BadPage(_)));
    }
}
