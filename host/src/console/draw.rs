//! Draws a page's blocks as HTML. Knows where the page stands, not who looks at it.
//!
//! Every text goes through askama's escaping; the only HTML that is put in as it is comes from these templates.

mod blocks;
mod chart;
mod form;
mod kpi;
mod map;
mod qr;
#[cfg(test)]
mod tests;

pub(crate) use qr::svg as qr_svg;

use std::collections::BTreeMap;

use xl_model::block::FormErrors;
use xl_model::block::MAX_BLOCKS;
use xl_model::block::Page;
use xl_model::block::Target;
use xl_model::id::Digest;
use xl_model::id::ModuleKey;

use crate::api::language::Language;
use crate::console::address::part;
use crate::console::address::with_query;
use crate::console::text::Words;

/// Name of the field that says which form of a public page was sent; no field of a module is called so.
pub(crate) const FORM: &str = "~form";

/// Name of the field with the form's token.
pub(crate) const TOKEN: &str = "~token";

/// Where a page stands.
pub(crate) enum Place<'a> {
    /// In the console: links lead on, forms can be sent.
    Console {
        /// The module.
        module: &'a ModuleKey,
        /// The page's name.
        page: &'a str,
        /// The page's query.
        query: &'a BTreeMap<String, String>,
    },
    /// Under a public link: this page, its forms and its pictures, nothing else.
    Public {
        /// The link's code.
        code: &'a str,
        /// In which language a form comes back: no cookie remembers it.
        language: Language,
        /// The token of a form, by its action.
        token: &'a dyn Fn(&str) -> String,
    },
}

/// A form that was refused, with what was typed.
#[derive(Clone, Copy)]
pub(crate) struct RefusedForm<'a> {
    /// The form's action.
    pub(crate) action: &'a str,
    /// What was typed, by field.
    pub(crate) typed: &'a BTreeMap<String, String>,
    /// What is wrong with it.
    pub(crate) errors: &'a FormErrors,
}

/// What blocks are drawn with.
pub(crate) struct Draw<'a> {
    /// The host's own texts.
    pub(crate) words: &'static Words,
    /// Where the page stands.
    pub(crate) place: Place<'a>,
    /// Address under which people reach this hub.
    pub(crate) public_url: &'a str,
    /// The form that was refused just now.
    pub(crate) refused: Option<RefusedForm<'a>>,
}

impl Draw<'_> {
    /// Draws all blocks of a page.
    pub(crate) fn page(&self, page: &Page) -> askama::Result<String> {
        let mut html = String::new();
        for (number, block) in page.blocks.iter().take(MAX_BLOCKS).enumerate() {
            html.push_str(&blocks::html(self, number, block)?);
            html.push('\n');
        }
        Ok(html)
    }

    /// Where a link to another page of the module leads; nowhere on a public page.
    fn href(&self, target: &Target) -> Option<String> {
        match &self.place {
            Place::Console { module, .. } => Some(page_href(module, &target.page, &target.query)),
            Place::Public { .. } => None,
        }
    }

    fn picture(&self, sha256: &Digest, width: u32) -> String {
        match &self.place {
            Place::Console { module, .. } => {
                // What was granted to the module is looked at as its page.
                let (township, plugin) = (&module.township, part(module.plugin.as_str()));
                format!("/pictures/{township}/{sha256}?width={width}&module={plugin}")
            }
            Place::Public { code, .. } => format!("/t/{}/pictures/{sha256}?width={width}", part(code)),
        }
    }
}

/// Address of a module's page in the console.
pub(crate) fn page_href(module: &ModuleKey, page: &str, query: &BTreeMap<String, String>) -> String {
    let path = format!("{}/{}", module_href(module), part(page));
    with_query(&path, query.iter().map(|(name, value)| (name.as_str(), value.as_str())))
}

/// Address of a module's own page in the console.
pub(crate) fn module_href(module: &ModuleKey) -> String {
    format!("/modules/{}/{}", module.township, part(module.plugin.as_str()))
}
