//! How cameras are watched: what was judged, what was left out and why, how often people agreed, which views count as clean.

use xl_plugin::Locale;
use xl_plugin::Page;
use xl_plugin::PagesError;
use xl_plugin::Visit;
use xl_plugin::page::Field;
use xl_plugin::page::GalleryPicture;
use xl_plugin::page::Input;
use xl_plugin::page::Pair;
use xl_plugin::page::Row;
use xl_plugin::page::Target;
use xl_plugin::page::Tone;
use xl_plugin::records;
use xl_plugin::records::Found;
use xl_plugin::records::Query;
use xl_plugin::zh_en;

use super::percent;
use crate::clock;
use crate::eyes::Watched;
use crate::settings::Settings;
use crate::store;
use crate::watch::precision::Precision;
use crate::watch::reference::Origin;
use crate::watch::reference::References;
use crate::words;

/// Clean views on the page: the newest.
const VIEWS: usize = 12;

pub(super) fn list(visit: &Visit, locale: Locale) -> Result<Page, PagesError> {
    let found: Found<Watched> = store::part(store::EYES, visit.query_value("after"), store::ROWS)?;
    let rows = found.entries.iter().map(|(key, watched)| {
        let last = match watched.unusable {
            Some(why) => words::unusable(why, locale).to_owned(),
            None => percent(watched.eye.last_share),
        };
        let left_out: u32 = watched.left_out.values().sum();
        let counts = format!("{} / {}", watched.judged, watched.judged + left_out);
        Row::new([key.clone(), clock::minute(watched.last_ms), last, counts])
            .leads_to(Target::new("camera", [("camera", key.as_str())]))
    });
    let columns = [
        zh_en(locale, "摄像机", "Camera"),
        zh_en(locale, "最近一次", "Last look"),
        zh_en(locale, "区域变化", "Change"),
        zh_en(locale, "当日可判断 / 全部", "Judged / all that day"),
    ];
    let empty = zh_en(
        locale,
        "还没有画区域的摄像机。请在模块设置 regions 里画。",
        "No camera has a region yet. Draw them in the settings, under `regions`.",
    );
    let page = Page::new(zh_en(locale, "看守的摄像机", "Watched cameras")).table(columns, rows, empty);
    let page = super::more(page, "cameras", found.next.as_ref(), &[], locale);
    silent(page, locale)
}

/// Which methods are silent where.
fn silent(page: Page, locale: Locale) -> Result<Page, PagesError> {
    let found: Found<Precision> = store::part(store::PRECISION, None, 200)?;
    let rows = found.entries.iter().map(|(_, precision)| row(precision, locale));
    let columns = precision_columns(locale);
    Ok(page.heading(zh_en(locale, "属实率", "Precision")).table(
        columns,
        rows,
        zh_en(locale, "还没有人工复核。", "Nothing was judged yet."),
    ))
}

fn precision_columns(locale: Locale) -> [&'static str; 6] {
    [
        zh_en(locale, "摄像机", "Camera"),
        zh_en(locale, "方法", "Method"),
        zh_en(locale, "属实", "Confirmed"),
        zh_en(locale, "不属实", "Dismissed"),
        zh_en(locale, "近期属实率", "Lately"),
        zh_en(locale, "状态", "State"),
    ]
}

fn row(precision: &Precision, locale: Locale) -> Row {
    let (right, all) = precision.recent_counts();
    let lately = if all == 0 { "–".to_owned() } else { format!("{right} / {all}") };
    let state = if precision.muted {
        format!("{}（{}）", zh_en(locale, "已静默，未报", "silent; held back"), precision.held_back)
    } else {
        zh_en(locale, "正常", "speaks").to_owned()
    };
    Row::new([
        precision.camera.clone(),
        words::method(&precision.method, locale),
        precision.confirmed.to_string(),
        precision.dismissed.to_string(),
        lately,
        state,
    ])
    .leads_to(Target::new("camera", [("camera", precision.camera.as_str())]))
}

pub(super) fn one(visit: &Visit, locale: Locale) -> Result<Page, PagesError> {
    let key = visit.query_value("camera").ok_or(PagesError::NotFound)?;
    let watched: Option<Watched> = store::get(store::EYES, &key)?;
    let views: References = store::get(store::VIEWS, &key)?.unwrap_or_default();
    let precisions: Found<Precision> =
        records::find(&Query::by(store::PRECISION, "camera").equals(key.as_str()).limit(20))?;
    if watched.is_none() && precisions.entries.is_empty() {
        return Err(PagesError::NotFound);
    }
    let settings = Settings::read()?;
    let mut page = Page::new(format!("{} {key}", zh_en(locale, "摄像机", "Camera")));
    for (_, precision) in precisions.entries.iter().filter(|(_, precision)| precision.muted) {
        page = page.banner(Tone::Warn, muted(precision, &settings, locale)).form(
            "unmute",
            zh_en(locale, "恢复报告", "Let it speak again"),
            [Field::hidden("method", precision.method.as_str())],
        );
    }
    if let Some(watched) = &watched {
        page = state(page, watched, &settings, locale);
    }
    let rows: Vec<Row> = precisions.entries.iter().map(|(_, precision)| row(precision, locale)).collect();
    page = page.table(precision_columns(locale), rows, zh_en(locale, "还没有人工复核。", "Nothing was judged yet."));
    Ok(clean_views(page, &views, locale))
}

fn muted(precision: &Precision, settings: &Settings, locale: Locale) -> String {
    let (right, all) = precision.recent_counts();
    let (method, limit) = (words::method(&precision.method, locale), settings.precision_percent);
    match locale {
        Locale::Zh => format!(
            "“{method}”在这台摄像机上已自动静默：近 {all} 次复核只有 {right} 次属实，低于本镇设定的 {limit}%。静默期间有 {} 次变化没有上报。",
            precision.held_back
        ),
        Locale::En => format!(
            "“{method}” is silent at this camera: of the last {all} judgements {right} were confirmed, below the township's {limit} %. {} changes were held back since.",
            precision.held_back
        ),
    }
}

fn state(page: Page, watched: &Watched, settings: &Settings, locale: Locale) -> Page {
    let last = match (watched.unusable, &watched.method) {
        (Some(why), _) => words::unusable(why, locale).to_owned(),
        (None, Some(method)) => format!("{}（{}）", percent(watched.eye.last_share), words::method(method, locale)),
        (None, None) => "–".to_owned(),
    };
    let left_out: Vec<String> =
        watched.left_out.iter().map(|(why, count)| format!("{} {count}", words::unusable(*why, locale))).collect();
    let left_out = if left_out.is_empty() { "–".to_owned() } else { left_out.join(" · ") };
    let page = page.detail([
        Pair::new(zh_en(locale, "最近一次", "Last look"), clock::minute(watched.last_ms)),
        Pair::new(zh_en(locale, "区域变化", "Change of the region"), last),
        Pair::new(zh_en(locale, "报告界限", "Reported from"), percent(f64::from(settings.raise_percent) / 100.0)),
        Pair::new(zh_en(locale, "当日可判断的图片", "Pictures judged that day"), watched.judged),
        Pair::new(zh_en(locale, "当日不判断的图片", "Pictures left out"), left_out),
    ]);
    let Some(picture) = &watched.picture else { return page };
    let caption = format!("{} {}", zh_en(locale, "最近的图片", "Newest picture"), clock::minute(watched.last_ms));
    page.gallery([GalleryPicture { sha256: picture.clone(), caption }]).form(
        "mark-clean",
        zh_en(locale, "这张图是干净的，作为参照", "This one is clean: keep it as a reference"),
        [Field::hidden("picture", picture.as_str())],
    )
}

fn clean_views(page: Page, views: &References, locale: Locale) -> Page {
    let (marked, learnt) = views.counts();
    let words = match locale {
        Locale::Zh => {
            format!("参照图：{marked} 张由人标为干净；{learnt} 张是最初几天自动取的，没有人确认过当时是干净的。")
        }
        Locale::En => format!(
            "References: {marked} were marked clean by people; {learnt} were taken in the first days by itself, and nobody said that the place was clean then."
        ),
    };
    let newest: Vec<_> = views.views.iter().rev().take(VIEWS).collect();
    let page = page.heading(zh_en(locale, "参照图", "References")).text(words);
    if newest.is_empty() {
        return page;
    }
    let page = page.gallery(newest.iter().map(|view| {
        let who = match &view.origin {
            Origin::Learnt => zh_en(locale, "自动", "by itself").to_owned(),
            Origin::Marked(account) => account.clone(),
        };
        GalleryPicture { sha256: view.sha256.clone(), caption: format!("{} · {who}", clock::minute(view.time_ms)) }
    }));
    let options =
        newest.iter().map(|view| xl_plugin::page::Choice::new(&view.sha256, clock::minute(view.time_ms))).collect();
    page.form(
        "drop-view",
        zh_en(locale, "去掉这张参照图", "Drop this reference"),
        [Field::new("picture", zh_en(locale, "参照图", "Reference"), Input::Choice { options })],
    )
}
